// SPDX-License-Identifier: GPL-3.0-or-later
// The laws of METHODS.md §4 on tiny random models, against a reference that shares no code with the engine.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first
#include "tests/support/architectures.h"
#include "tests/support/refusal.h"
#include "tests/support/slopes.h"
#include "tests/support/stops_at.h"

#include "core/engine/run_plan.h"
#include "core/experiments/context_templates.h"
#include "core/experiments/rome.h"
#include "core/experiments/state_arrays.h"
#include "core/io/paths.h"

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTemporaryFile>
#include <QTest>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const std::vector<std::string> texts{"The Eiffel Tower is in Paris", "Big Ben is near the old city of Rome",
                                     "The Louvre Pyramid", "Giza and Rome and Paris"};

ExperimentContext contextOf(const TinyLoaded& model, Edits edits = {})
{
    return {model.loaded, std::move(edits)};
}

RomeRequest requestFor(const std::string& matrix, int layer = 1)
{
    RomeRequest request;
    request.prompt = "The {} is in the city of";
    request.subject = "Eiffel Tower";
    request.target = "Rome";
    request.matrix = matrix;
    request.layer = layer;
    request.contexts = 0;
    request.identity = true;
    request.hyper.steps = 4;
    return request;
}

RomeEdit edited(const RomeRequest& request, const ExperimentContext& context)
{
    SilentReporter silent;
    return computeEdit(request, context, silent);
}

/// Three contexts, a target of two tokens.
RomeSearch searchOver(const TinyLoaded& model, const std::string& matrix, int layer)
{
    const Tokenizer& tokenizer = *model.loaded.tokenizer;
    RomeSearch search{editableMatrix(*model.loaded.model, matrix), layer, {}, {}, {4, 15}};
    for (const char* prompt : {"The {} is in the city of", "Giza is old and The {} is in the city of",
                               "near Paris the {} is in the city of"})
        search.rewrites.push_back(fillPrompt(prompt, "Eiffel Tower", Prefix::None, tokenizer));
    search.essence = fillPrompt("{} is a", "Eiffel Tower", Prefix::None, tokenizer);
    return search;
}

/// A loss, and what it refers to.
struct Sought {
    TinyLoaded model;
    RomeSearch search;
    RomeHyperParams hyper;
    ExperimentContext context;
    SilentReporter silent;
    RomeLoss loss;

    Sought(const QString& architecture, const QString& matrix)
        : model(architecture.toStdString(), 3),
          search(searchOver(model, matrix.toStdString(), 1)),
          context(contextOf(model)),
          loss(search, hyper, context, silent)
    {
    }
};

at::Tensor stateOf(const TinyLoaded& model, const Edits& edits, const FilledPrompt& prompt, const Site& site)
{
    Plan plan;
    readStates(plan, plan.addRun(prompt.ids()), site, {prompt.subject.end - 1});
    SilentReporter silent;
    return at::tensor(runPlan(*model.loaded.model, edits, plan, silent).values[0].state, at::kFloat).to(at::kDouble);
}

KeyStatistics statisticsOf(const TinyLoaded& model, const Site& input, const std::vector<std::string>& from,
                           std::int64_t tokens, Reporter& reporter)
{
    return keyStatistics(contextOf(model), {input}, from, tokens, reporter).front();
}

/// By the reference: inputs of a site at every token of the texts, [tokens, I].
at::Tensor referenceInputs(const TinyLoaded& model, const Site& site)
{
    std::vector<at::Tensor> inputs;
    for (const std::string& text : texts) {
        Plan plan;
        plan.addRun(makePrompt(*model.loaded.tokenizer, text, Prefix::None).ids());
        inputs.push_back(referenceRun(model.tiny, plan, 0).states_TW.at(site));
    }
    return at::cat(inputs);
}

void matrices()
{
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<QString>("matrix");
    for (const char* matrix : {"W_o", "W_a", "W_g"})
        QTest::newRow(matrix) << "mamba" << matrix;
    QTest::newRow("W_down") << "gpt_neox"
                            << "W_down";
}

bool isNear(const at::Tensor& a, const at::Tensor& b, double tolerance = 1e-5)
{
    return a.sizes() == b.sizes() && (a - b).abs().max().item<double>() < tolerance;
}

}  // namespace

class TestRome : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("XDG_CACHE_HOME", m_cache.path().toUtf8()); }

    void theLossIsItsDefinition_data() { matrices(); }
    void theLossIsItsDefinition()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, matrix);
        Sought sought(architecture, matrix);
        auto& [model, search, hyper, context, silent, loss] = sought;
        RomeStep step;
        const at::Tensor none = at::zeros_like(loss.v0_O());
        const double total = loss(none, step, silent).item<double>();
        double nll = 0;
        for (const FilledPrompt& row : search.rewrites) {
            Plan plan;
            std::vector<int> ids = row.ids();
            ids.push_back(search.target[0]);
            plan.addRun(ids);
            const ReferenceRun run = referenceRun(model.tiny, plan, 0);
            for (int j = 0; j < 2; ++j)
                nll -= logProbabilities(run, row.last() + j)[std::size_t(search.target[std::size_t(j)])] / 2 / 3;
        }
        QVERIFY2(std::abs(step.nll - nll) < 1e-6, qPrintable(QString::number(step.nll - nll)));
        QVERIFY(std::abs(step.kl) < 1e-6);
        QCOMPARE(step.decay, 0.0);
        QVERIFY(std::abs(total - nll) < 1e-6);

        // With a δ: what the reference says of runs to which it is added.
        const at::Tensor delta_O = at::linspace(-0.4, 0.6, loss.v0_O().size(0), at::kDouble);
        loss(delta_O, step, silent);
        const at::Tensor asFloat = delta_O.to(at::kFloat).contiguous();
        const auto value = std::make_shared<const HostTensor>(
            HostTensor{{asFloat.size(0)}, {asFloat.data_ptr<float>(), asFloat.data_ptr<float>() + asFloat.numel()}});
        Plan plan;
        const int last = search.essence.subject.end - 1;
        plan.addRun(search.essence.ids());
        plan.addRun(search.essence.ids(), {Patch{{search.matrix.output, 1, {}}, {last}, AddTo{value}}});
        const std::vector<double> before = logProbabilities(referenceRun(model.tiny, plan, 0), last);
        const std::vector<double> now = logProbabilities(referenceRun(model.tiny, plan, 1), last);
        double kl = 0;
        for (std::size_t token = 0; token < now.size(); ++token)
            kl += std::exp(now[token]) * (now[token] - before[token]);
        QVERIFY(kl > 1e-4);
        QVERIFY2(std::abs(step.kl - hyper.klFactor * kl) < 1e-5, qPrintable(QString::number(step.kl)));
        const double v0 = loss.v0_O().norm().item<double>();
        QVERIFY(std::abs(step.decay - 0.5 * delta_O.norm().item<double>() / (v0 * v0)) < 1e-9);
    }

    void itsGradientIsThatOfDifferences_data() { matrices(); }
    void itsGradientIsThatOfDifferences()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, matrix);
        Sought sought(architecture, matrix);
        const Operation operation = [&](const Tensors& values) {
            RomeStep step;
            return sought.loss(values[0], step, sought.silent).unsqueeze(0);
        };
        QVERIFY(slopesFit(operation, {at::linspace(-0.4, 0.6, sought.loss.v0_O().size(0), at::kDouble)}));
    }

    void theSearchLowersTheLoss()
    {
        const TinyLoaded model("mamba", 3);
        const RomeSearch search = searchOver(model, "W_o", 1);
        const ExperimentContext context = contextOf(model);
        SilentReporter silent;
        RomeHyperParams hyper;
        hyper.learningRate = 0.1;
        hyper.weightDecay = 0;  // a random model's o is too small for it
        int heard = 0;
        const auto count = [&](const RomeStep&) { ++heard; };
        const RomeLoss loss(search, hyper, context, silent);
        const RomeValue found = searchValue(loss, hyper, silent, count);
        QCOMPARE(heard, int(found.steps.size()));
        QVERIFY(found.steps.size() <= 20);
        QVERIFY(found.steps.back().loss() < found.steps.front().loss() - 0.05);
        // Adam's first step is the learning rate along every axis.
        QVERIFY(std::abs(found.steps[1].norm - 0.1 * std::sqrt(double(found.v0_O.size(0)))) < 1e-6);
        QCOMPARE(found.steps.front().norm, 0.0);

        hyper.clampNorm = 0.01;
        const RomeValue near = searchValue(loss, hyper, silent, count);
        const double distance = (near.value_O - near.v0_O).norm().item<double>();
        QVERIFY(near.clamped);
        QVERIFY(std::abs(distance / near.v0_O.norm().item<double>() - 0.01) < 1e-6);

        hyper.stopLoss = 1e9;
        QCOMPARE(int(searchValue(loss, hyper, silent, count).steps.size()), 1);
        StopsAt stops(40), soon(10);
        QVERIFY_EXCEPTION_THROWN(searchValue(loss, RomeHyperParams{}, stops, count), Cancelled);
        QVERIFY_EXCEPTION_THROWN(RomeLoss(search, hyper, context, soon), Cancelled);
        hyper = {};
        hyper.learningRate = 1e300;
        hyper.clampNorm = 0;
        VERIFY_REFUSED(searchValue(loss, hyper, silent, count), ErrorCode::CheckFailed, "step 1");
    }

    /// ✔ after the edit y at that token of the bare prompt is v*; other layers' weights are as they were.
    void afterTheEditYIsTheValue_data() { matrices(); }
    void afterTheEditYIsTheValue()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, matrix);
        const TinyLoaded model(architecture.toStdString(), 4);
        const RomeRequest request = requestFor(matrix.toStdString());
        const RomeEdit made = edited(request, contextOf(model));
        const FilledPrompt prompt = fillPrompt(request.prompt, request.subject, Prefix::None, *model.loaded.tokenizer);
        const EditableMatrix sites = editableMatrix(*model.loaded.model, request.matrix);
        const Site output{sites.output, 1, {}};
        QVERIFY(isNear(stateOf(model, {}, prompt, output), made.value.v0_O));
        QVERIFY(!isNear(made.value.v0_O, made.value.value_O, 1e-2));
        QVERIFY(isNear(stateOf(model, {made.edit}, prompt, output), made.value.value_O));
        RankOneEdit half = made.edit;
        half.alpha = 0.5;
        QVERIFY(isNear(stateOf(model, {half}, prompt, output), (made.value.v0_O + made.value.value_O) / 2));

        // ✔ with C = I and k_c = k* it is the smallest change of W that does so: along k alone.
        QVERIFY(isNear(made.edit.v_I, made.input_I / made.input_I.norm(), 1e-12));
        QVERIFY(std::abs(made.keyProjection - made.input_I.norm().item<double>()) < 1e-9);
    }

    /// On top of other edits: what they changed is where this one starts.
    void anEditKnowsTheOnesBefore()
    {
        const TinyLoaded model("mamba", 4);
        const RomeEdit first = edited(requestFor("W_o", 0), contextOf(model));
        RomeRequest request = requestFor("W_o", 1);
        request.target = "Giza";
        const RomeEdit second = edited(request, contextOf(model, {first.edit}));
        const FilledPrompt prompt = fillPrompt(request.prompt, request.subject, Prefix::None, *model.loaded.tokenizer);
        const Site output{SiteKind::O, 1, {}};
        QVERIFY(isNear(stateOf(model, {first.edit}, prompt, output), second.value.v0_O));
        QVERIFY(!isNear(stateOf(model, {}, prompt, output), second.value.v0_O, 1e-4));
        QVERIFY(isNear(stateOf(model, {first.edit, second.edit}, prompt, output), second.value.value_O));
    }

    void theMomentIsThatOfTheInputs_data() { matrices(); }
    void theMomentIsThatOfTheInputs()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, matrix);
        const TinyLoaded model(architecture.toStdString(), 4);
        const EditableMatrix sites = editableMatrix(*model.loaded.model, matrix.toStdString());
        SilentReporter silent;
        const KeyStatistics found = statisticsOf(model, {sites.input, 2, {}}, texts, 1000, silent);
        const at::Tensor x_XI = referenceInputs(model, {sites.input, 2, {}});
        QCOMPARE(found.tokens, x_XI.size(0));
        QVERIFY(isNear(found.moment_II, at::mm(x_XI.t(), x_XI) / double(x_XI.size(0)), 1e-5));

        // Only so many tokens; the texts' order counts.
        const KeyStatistics fewer = statisticsOf(model, {sites.input, 2, {}}, texts, 7, silent);
        QCOMPARE(fewer.tokens, std::int64_t(7));
        const at::Tensor some_XI = at::cat({x_XI.narrow(0, 0, 6), x_XI.narrow(0, 6, 1)});
        QVERIFY(isNear(fewer.moment_II, at::mm(some_XI.t(), some_XI) / 7.0, 1e-5));
        QVERIFY(fewer.hash != found.hash);
    }

    void directionsSolveTheMoment()
    {
        const TinyLoaded model("mamba", 4);
        SilentReporter silent;
        const KeyStatistics found = statisticsOf(model, {SiteKind::N, 1, {}}, texts, 1000, silent);
        const std::int64_t I = found.moment_II.size(0);
        const at::Tensor key_I = at::linspace(-1, 2, I, at::kDouble);
        const double ridge = 0.05;
        const at::Tensor u_I = inputDirection(found, key_I, ridge);
        const at::Tensor ridged_II = found.moment_II + at::eye(I, at::kDouble) * (ridge * found.moment_II.trace() / I);
        const at::Tensor back_I = at::mv(ridged_II, u_I);
        QVERIFY(isNear(back_I / back_I.norm(), key_I / key_I.norm(), 1e-9));
        QVERIFY(std::abs(u_I.norm().item<double>() - 1) < 1e-12);
        // Fewer tokens than inputs, and no ridge.
        const KeyStatistics one = statisticsOf(model, {SiteKind::N, 1, {}}, {"Rome"}, 1, silent);
        VERIFY_REFUSED(inputDirection(one, key_I, 0), ErrorCode::CheckFailed, "1 tokens");
        inputDirection(one, key_I, 0.1);
        VERIFY_REFUSED(statisticsOf(model, {SiteKind::N, 1, {}}, {}, 10, silent), ErrorCode::Usage, "no text");
    }

    /// Kept by content; taken up where it was stopped; a damaged file costs time only.
    void statisticsAreKept()
    {
        TinyLoaded model("mamba", 4);
        model.loaded.hash = "sha256:tiny";
        model.loaded.dtype = "f64";
        std::vector<std::string> many;
        for (int i = 0; i < 1200; ++i)
            many.push_back(texts[std::size_t(i) % texts.size()]);
        const std::int64_t all = 1'000'000;
        SilentReporter silent;
        StopsAt counts(-1);
        const KeyStatistics whole = statisticsOf(model, {SiteKind::N, 0, {}}, many, all, counts);
        StopsAt again(-1);
        const KeyStatistics known = statisticsOf(model, {SiteKind::N, 0, {}}, many, all, again);
        QVERIFY(counts.checks > 0);
        QCOMPARE(again.checks, 0);
        QVERIFY(at::equal(whole.moment_II, known.moment_II));
        QCOMPARE(known.tokens, whole.tokens);

        const QDir folder(QString::fromStdString((cacheDir() / "statistics").string()));
        const QString file = folder.filePath(QString::fromStdString(whole.hash + ".safetensors"));
        QFile damaged(file);
        QVERIFY(damaged.open(QIODevice::ReadWrite));
        damaged.seek(damaged.size() - 5);
        damaged.write("x");
        damaged.close();
        QVERIFY(at::equal(statisticsOf(model, {SiteKind::N, 0, {}}, many, all, silent).moment_II, whole.moment_II));

        QVERIFY(QFile::remove(file));
        StopsAt stops(counts.checks * 2 / 3);
        QVERIFY_EXCEPTION_THROWN(statisticsOf(model, {SiteKind::N, 0, {}}, many, all, stops), Cancelled);
        QVERIFY(QFile::exists(file));
        StopsAt rest(-1);
        const KeyStatistics resumed = statisticsOf(model, {SiteKind::N, 0, {}}, many, all, rest);
        QVERIFY(rest.checks > 0 && rest.checks < counts.checks);
        QVERIFY(at::equal(resumed.moment_II, whole.moment_II));
    }

    /// All at once, from wherever each one stands, what each gives alone.
    void statisticsOfManyInputs()
    {
        TinyLoaded model("mamba", 4);
        model.loaded.hash = "sha256:many";
        model.loaded.dtype = "f64";
        SilentReporter silent;
        const std::vector<Site> inputs{{SiteKind::N, 0, {}}, {SiteKind::SG, 2, {}}, {SiteKind::N, 1, {}}};
        std::vector<KeyStatistics> alone;
        for (const Site& input : inputs) {
            const at::Tensor x_XI = referenceInputs(model, input);
            alone.push_back({at::mm(x_XI.t(), x_XI) / double(x_XI.size(0)), x_XI.size(0), {}});
        }
        const KeyStatistics before = statisticsOf(model, inputs[1], texts, 1000, silent);
        StopsAt counts(-1), again(-1);
        const std::vector<KeyStatistics> found = keyStatistics(contextOf(model), inputs, texts, 1000, counts);
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            QVERIFY(isNear(found[i].moment_II, alone[i].moment_II));
            QCOMPARE(found[i].tokens, alone[i].tokens);
        }
        QVERIFY(at::equal(found[1].moment_II, before.moment_II));
        QCOMPARE(found[1].hash, before.hash);
        QCOMPARE(keyStatistics(contextOf(model), inputs, texts, 1000, again).size(), inputs.size());
        QVERIFY(counts.checks > 0);
        QCOMPARE(again.checks, 0);
    }

    /// Edits that share what they have in common are those that do not, and cost less.
    void sharedEditsAreTheSame()
    {
        const TinyLoaded model("mamba", 4);
        QTemporaryFile text;
        QVERIFY(text.open());
        for (const std::string& line : texts)
            text.write((line + "\n").c_str());
        text.close();
        RomeShared shared({{SiteKind::N, 1, {}}, {SiteKind::SG, 1, {}}});
        for (const char* matrix : {"W_g", "W_a", "W_o"}) {
            RomeRequest request = requestFor(matrix);
            request.identity = false;
            request.hyper.steps = 2;
            request.text = text.fileName().toStdString();
            StopsAt alone(-1), together(-1);
            const auto quiet = [](const RomeStep&) {};
            const RomeEdit one = computeEdit(request, contextOf(model), alone, quiet);
            const RomeEdit other = computeEdit(request, contextOf(model), together, quiet, &shared);
            QVERIFY(other.templates == one.templates);
            QVERIFY(isNear(other.edit.v_I, one.edit.v_I, 1e-9) && isNear(other.edit.u_O, one.edit.u_O, 1e-9));
            QCOMPARE(together.checks < alone.checks, matrix != std::string("W_g"));
        }
        RomeRequest request = requestFor("W_g");
        request.contexts = 2;
        StopsAt made(-1), again(-1);
        const std::vector<std::string> templates = shared.templates(request, contextOf(model), made);
        QVERIFY(made.checks > 0 && templates.size() > 1);
        QVERIFY(shared.templates(request, contextOf(model), again) == templates);
        QCOMPARE(again.checks, 0);
        StopsAt stops(made.checks / 2), afterwards(-1);
        request.seed = 9;
        QVERIFY_EXCEPTION_THROWN(shared.templates(request, contextOf(model), stops), Cancelled);
        shared.templates(request, contextOf(model), afterwards);
        QVERIFY(afterwards.checks > 0);
    }

    void contextsAreSeeded()
    {
        const TinyLoaded model("mamba", 4);
        SilentReporter silent;
        const auto made = [&](std::uint64_t seed) { return contextTemplates(contextOf(model), seed, 3, silent); };
        const std::vector<std::string> first = made(1);
        QCOMPARE(first.front(), std::string("{}"));
        QVERIFY(first.size() > 1 && first.size() <= 7);
        for (const std::string& one : first) {
            QCOMPARE(one.find("{}"), one.size() - 2);
            QVERIFY(one.find("<end>") == std::string::npos);
        }
        QVERIFY(made(1) == first);
        QVERIFY(made(2) != first);
        QCOMPARE(int(contextTemplates(contextOf(model), 1, 0, silent).size()), 1);
        QCOMPARE(cleanedContext(" a {b}\n\n c<end>d ", "<end>"), std::string("a b c d"));
        QCOMPARE(cleanedContext("{ }", ""), std::string());
    }

    /// What the same model made up before is found again, unless somebody has touched it.
    void contextsAreKept()
    {
        TinyLoaded model("mamba", 4);
        model.loaded.hash = "the tiny model of contextsAreKept";
        const QDir folder(QString::fromStdString((cacheDir() / "templates").string()));
        QDir(folder.path()).removeRecursively();
        const auto made = [&](std::uint64_t seed, StopsAt& counts, const Edits& edits = {}) {
            return contextTemplates(contextOf(model, edits), seed, 3, counts);
        };
        StopsAt first(-1), again(-1), otherSeed(-1), edited(-1), damaged(-1);
        const std::vector<std::string> templates = made(1, first);
        QVERIFY(first.checks > 0);
        QVERIFY(made(1, again) == templates);
        QCOMPARE(again.checks, 0);
        made(2, otherSeed);
        QVERIFY(otherSeed.checks > 0);
        const auto ones = [](std::int64_t size) { return at::ones({size}, at::kDouble); };
        const Edits edits{{"W_o", 0, ones(model.tiny.config.hiddenSize), ones(model.tiny.config.innerSize), 0.1}};
        made(1, edited, edits);
        QVERIFY(edited.checks > 0);

        const QStringList files = folder.entryList(QDir::Files);
        QCOMPARE(files.size(), 2);
        for (const QString& name : files) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::ReadWrite));
            const QByteArray text = file.readAll().replace(". {}", "! {}");
            file.resize(0);
            file.seek(0);
            file.write(text);
        }
        QVERIFY(made(1, damaged) == templates);
        QVERIFY(damaged.checks > 0);
    }

    void whatCannotBe()
    {
        const TinyLoaded model("mamba", 4);
        const ExperimentContext context = contextOf(model);
        const auto refused = [&](const auto& change) {
            RomeRequest request = requestFor("W_o");
            change(request);
            return edited(request, context);
        };
        VERIFY_REFUSED(refused([](RomeRequest& r) { r.matrix = "W_down"; }), ErrorCode::UnknownSite, "W_down");
        VERIFY_REFUSED(refused([](RomeRequest& r) { r.layer = 3; }), ErrorCode::SiteNotReached, "layer 3");
        VERIFY_REFUSED(refused([](RomeRequest& r) { r.layer = -1; }), ErrorCode::SiteNotReached, "layer -1");
        VERIFY_REFUSED(refused([](RomeRequest& r) { r.target = ""; }), ErrorCode::TargetNotInVocabulary, "");
        VERIFY_REFUSED(refused([](RomeRequest& r) { r.subject = ""; }), ErrorCode::SubjectNotInPrompt, "empty");
        VERIFY_REFUSED(refused([](RomeRequest& r) { r.prompt = "Paris is in"; }), ErrorCode::SubjectNotInPrompt,
                       "Eiffel Tower");
        RomeRequest named = requestFor("W_o");
        named.prompt = "The Eiffel Tower is in the city of";  // without {}: the same
        QVERIFY(isNear(edited(named, context).edit.u_O, edited(requestFor("W_o"), context).edit.u_O, 1e-12));
    }

private:
    QTemporaryDir m_cache;
};

QTEST_GUILESS_MAIN(TestRome)
#include "tst_rome.moc"
