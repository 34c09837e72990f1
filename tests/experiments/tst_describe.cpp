// SPDX-License-Identifier: GPL-3.0-or-later
// The seam for experiments: one is added here, the way a file of core/experiments would.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first

#include "core/experiments/describe.h"
#include "core/experiments/fact_runs.h"

#include <ATen/core/grad_mode.h>
#include <QTest>

using namespace mnemo;
using namespace mnemo::test;

namespace {

enum class Manner { Loud, Quiet };

struct EchoParams {
    std::string text;
    int times = 2;
    double weight = 0.5;
    bool upper = false;
    std::vector<std::string> words{"a", "b"};
    std::filesystem::path file;
    Manner manner = Manner::Quiet;
};

/// The logits of the end-of-text token, `times` times: a plan, a snapshot and a result of its own kind.
Result runEcho(const EchoParams& params, const ExperimentContext& context, Reporter& reporter)
{
    reporter.partial([] { return Result{}; });
    Plan plan;
    Readout readout;
    readout.run = plan.addRun({context.model.tokenizer->eosId()});
    readout.tokens = {1};
    plan.read(readout);
    const PlanResult ran = runPlan(*context.model.model, context.edits, plan, reporter, runOptions(context));
    Array array = Array::make("echo", {{"time", std::vector<std::string>(std::size_t(params.times), params.text)}}, "");
    array.values.assign(array.values.size(), ran.values[0].tokens[0].logit * params.weight);
    Result result;
    result.title = params.text;
    result.head = {{"words", params.words.size()}, {"loud", params.manner == Manner::Loud}, {"upper", params.upper}};
    result.arrays.push_back(std::make_shared<const Array>(array));
    return result;
}

Experiment echoExperiment()
{
    return describe<EchoParams>("echo", "Echo", "Repeats a text.")
        .param("text", &EchoParams::text, "Text", "What is repeated.", {.required = true})
        .param("times", &EchoParams::times, "Times", "How often.", {.minimum = 1, .maximum = 9})
        .param("weight", &EchoParams::weight, "Weight", "A factor.")
        .param("upper", &EchoParams::upper, "Upper", "In capitals.")
        .param("words", &EchoParams::words, "Words", "A list.")
        .param("file", &EchoParams::file, "File", "A file.")
        .choice("manner", &EchoParams::manner, {{"loud", Manner::Loud}, {"quiet", Manner::Quiet}}, "Manner", "How.")
        .run(runEcho);
}

class LastSnapshot : public SilentReporter
{
public:
    void partial(const std::function<Result()>& make) override { last = make(); }
    Result last;
};

}  // namespace

class TestDescribe : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void defaultsStandInTheStruct()
    {
        const ExperimentSchema schema = echoExperiment().schema;
        const Json expected{{"text", "x"},         {"times", 2}, {"weight", 0.5},    {"upper", false},
                            {"words", {"a", "b"}}, {"file", ""}, {"manner", "quiet"}};
        QCOMPARE(schema.complete({{"text", "x"}}).dump(), expected.dump());
        QCOMPARE(int(schema.params[1].type), int(ParamType::Int));
        QCOMPARE(int(schema.params[2].type), int(ParamType::Real));
        QCOMPARE(int(schema.params[3].type), int(ParamType::Bool));
        QCOMPARE(int(schema.params[4].type), int(ParamType::TextList));
        QCOMPARE(int(schema.params[5].type), int(ParamType::File));
        QCOMPARE(int(schema.params[6].type), int(ParamType::Choice));
        QCOMPARE(schema.params[6].choices, (std::vector<std::string>{"loud", "quiet"}));
        QVERIFY_EXCEPTION_THROWN(schema.complete(Json::object()), Failure);
        QVERIFY_EXCEPTION_THROWN(schema.complete({{"text", "x"}, {"times", 10}}), Failure);
        QVERIFY_EXCEPTION_THROWN(schema.complete({{"text", "x"}, {"manner", "shy"}}), Failure);
        QVERIFY_EXCEPTION_THROWN(schema.complete({{"text", "x"}, {"tmies", 3}}), Failure);
    }

    void anAddedExperimentRunsLikeTheBuiltInOnes()
    {
        const TinyLoaded model("mamba", 3);
        std::vector<Experiment> experiments = builtInExperiments();
        experiments.push_back(echoExperiment());
        const Experiment& echo = experimentNamed(experiments, "echo");
        LastSnapshot reporter;
        const Json params = echo.schema.complete({{"text", "hey"}, {"times", 3}, {"manner", "loud"}});
        const Result result = echo.run(params, {model.loaded, {}}, reporter);
        QCOMPARE(result.kind, std::string("echo"));
        QVERIFY(result.parameters == params);
        QCOMPARE(result.model["name"].get<std::string>(), std::string("tiny"));
        QVERIFY(result.provenance["seconds"].is_number());
        QVERIFY(result.head["loud"].get<bool>());
        QCOMPARE(result.find("echo")->size(), std::size_t(3));
        QVERIFY(result.find("echo")->values[0] != 0);
        QCOMPARE(reporter.last.kind, std::string("echo"));
        QVERIFY(reporter.last.parameters == params);
    }

    /// A job may run inside another one's stop check, which stands where nothing is recorded.
    void anExperimentRecordsWhereverItRuns()
    {
        const TinyLoaded model("mamba", 3);
        bool records = false;
        const at::NoGradGuard outer;
        SilentReporter reporter;
        runStamped("echo", Json::object(), {model.loaded, {}}, reporter, [&](Reporter&) {
            records = at::GradMode::is_enabled();
            return Result{};
        });
        QVERIFY(records && !at::GradMode::is_enabled());
    }

    void theTable()
    {
        QStringList keys;
        for (const Experiment& experiment : builtInExperiments()) {
            keys << experiment.schema.key.c_str();
            for (const ParamSpec& param : experiment.schema.params) {
                QVERIFY2(!param.label.empty() && !param.help.empty(), param.key.c_str());
                QVERIFY2(param.required || !param.defaultValue.is_null(), param.key.c_str());
            }
            const Json json = toJson(experiment.schema);
            QVERIFY(toJson(schemaFromJson(json)) == json);
        }
        QCOMPARE(keys, (QStringList{"predict",   "trace",       "patch",   "states",         "average", "paths",
                                    "knockout",  "lens",        "dla",     "attention",      "ioi",     "ioi-layer",
                                    "ioi-names", "ioi-believe", "circuit", "circuit-inside", "lre",     "lre-fact",
                                    "rome",      "prompts",     "stats",   "evaluate",       "generate"}));
    }
};

QTEST_APPLESS_MAIN(TestDescribe)
#include "tst_describe.moc"
