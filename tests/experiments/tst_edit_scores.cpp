// SPDX-License-Identifier: GPL-3.0-or-later
// Scores of edits: a toy by hand, and both architectures beside a reference without hooks.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first
#include "tests/support/refusal.h"

#include "core/experiments/edit_scores.h"
#include "core/experiments/fact.h"

#include <ATen/ATen.h>

#include <QTest>

using namespace mnemo;
using namespace mnemo::test;

namespace {

PromptScore scored(double edited, double truth)
{
    return {{-std::log(edited), edited > 0.5}, {-std::log(truth), truth > 0.5}};
}

/// Changed where it is edited and in one of two other sentences, with one of four neighbours lost.
CaseAnswers toy()
{
    CaseAnswers answers;
    answers.rewrite = scored(0.8, 0.1);
    answers.paraphrases = {scored(0.6, 0.2), scored(0.1, 0.3)};
    answers.neighbours = {scored(0.1, 0.6), scored(0.2, 0.7), scored(0.05, 0.25), scored(0.5, 0.4)};
    answers.others = {{3, 0.4}, {5, 0.2}};
    answers.fluency = 6.1;
    return answers;
}

CaseAnswers toyBefore()
{
    CaseAnswers answers = toy();
    answers.rewrite = scored(0.1, 0.7);
    answers.others = {{3, 0.9}, {4, 0.8}};
    return answers;
}

double of(const CaseMeasures& measures, Measure measure)
{
    return measures[std::size_t(measure)];
}

bool isNear(double a, double b, double tolerance = 1e-9)
{
    return std::abs(a - b) < tolerance;
}

/// Objects of one token and of two.
EditCase cityCase()
{
    EditCase made;
    made.id = "tower";
    made.prompt = "The {} is in the city of";
    made.subject = "Eiffel Tower";
    made.targetNew = "Rome-left";
    made.targetTrue = "Paris";
    made.paraphrases = {"the city of Eiffel Tower is", "Eiffel Tower is near "};
    made.neighbours = {"The Louvre is in the city of", "Big Ben is in"};
    made.otherRelations = {"Eiffel Tower is a", "The old Eiffel Tower is"};
    return made;
}

/// The weights with the edit in them.
TinyModel editedModel(TinyModel model, const RankOneEdit& edit)
{
    const std::string place =
        edit.matrix == "W_o" ? "backbone.layers.%.mixer.out_proj.weight" : "gpt_neox.layers.%.mlp.dense_4h_to_h.weight";
    std::string name = place;
    name.replace(name.find('%'), 1, std::to_string(edit.layer));
    model.tensors.at(name) = model.tensors.at(name) + at::outer(edit.u_O, edit.v_I) * edit.alpha;
    return model;
}

/// By the reference: length-normalised NLL of an object, and whether it is said.
ObjectScore referenceScore(const TinyLoaded& model, const std::string& prompt, const std::string& object,
                           const RankOneEdit* edit)
{
    const Tokenizer& tokenizer = *model.loaded.tokenizer;
    std::vector<int> ids = makePrompt(tokenizer, prompt, Prefix::None).ids();
    const int first = int(ids.size());
    std::vector<int> answer;
    for (const Token& token : answerTokens(tokenizer, object))
        answer.push_back(token.id);
    ids.insert(ids.end(), answer.begin(), answer.end());
    Plan plan;
    plan.addRun(ids);
    const ReferenceRun run = referenceRun(edit ? editedModel(model.tiny, *edit) : model.tiny, plan, 0);
    ObjectScore score{0, true};
    for (std::size_t i = 0; i < answer.size(); ++i) {
        const std::vector<double> logp = logProbabilities(run, first - 1 + int(i));
        score.nll -= logp[std::size_t(answer[i])] / double(answer.size());
        score.said = score.said && std::ranges::max(logp) == logp[std::size_t(answer[i])];
    }
    return score;
}

}  // namespace

class TestEditScores : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aToyByHand()
    {
        const CaseMeasures measures = measuresOf(toy(), toyBefore());
        const std::array<double, measureCount> expected{100, 50, 75, 70, 10, 27.5, 100, 50, 50, 50, 30, 610};
        for (std::size_t i = 0; i < 12; ++i)
            QVERIFY2(isNear(measures[i], expected[i]), qPrintable(QString("%1: %2").arg(i).arg(measures[i])));
        QVERIFY(std::isnan(of(measures, Measure::Consistency)) && std::isnan(of(measures, Measure::Essence)));
        const CaseMeasures before = measuresOf(toyBefore(), toyBefore());
        QCOMPARE(of(before, Measure::Efficacy), 0.0);
        QCOMPARE(of(before, Measure::OthersKept), 100.0);
        QVERIFY(isNear(of(before, Measure::OthersP), 85));

        MeasureMeans means;
        QVERIFY(std::isnan(means.mean(Measure::Efficacy)));
        means.add(measures);
        QVERIFY(isNear(means.score(), 3 / (1 / 100.0 + 1 / 50.0 + 1 / 75.0)));
        QVERIFY(!means.intervals(1));
        means.add(before);  // ES 50, PS 50, NS 75: S of the means, not the mean of the S
        QVERIFY(isNear(means.score(), 3 / (1 / 50.0 + 1 / 50.0 + 1 / 75.0)));
        QCOMPARE(means.cases(), 2);
    }

    void emptyListsCountForNothing()
    {
        CaseAnswers bare;
        bare.rewrite = scored(0.9, 0.05);
        const CaseMeasures measures = measuresOf(bare, bare);
        QCOMPARE(of(measures, Measure::Efficacy), 100.0);
        QVERIFY(std::isnan(of(measures, Measure::Paraphrase)) && std::isnan(of(measures, Measure::OthersKept)));
        MeasureMeans means;
        means.add(measures);
        QVERIFY(std::isnan(means.score()));
        means.add(measuresOf(toy(), toyBefore()));
        QCOMPARE(means.mean(Measure::Paraphrase), 50.0);
        QCOMPARE(harmonicMean(0, 50, 50), 0.0);
        QVERIFY(std::isnan(harmonicMean(0, std::nan(""), 50)));
    }

    /// Of half the cases changed: a share drawn again and again stays near ½ ± 2 · √(¼ / n).
    void intervalsAreOfResampledCases()
    {
        MeasureMeans means;
        const CaseMeasures changed = measuresOf(toy(), toyBefore()), kept = measuresOf(toyBefore(), toyBefore());
        for (int i = 0; i < 100; ++i)
            means.add(i % 2 == 0 ? changed : kept);
        const auto found = means.intervals(1).value();
        QVERIFY(isNear(found[0].low, 40, 3) && isNear(found[0].high, 60, 3));
        QVERIFY(found[1].low == 50 && found[1].high == 50);
        QVERIFY(found[3].low < means.score() && found[3].high > means.score());
        QCOMPARE(means.intervals(1).value()[0].low, found[0].low);
        const auto isOther = [&](int seed) {
            return means.intervals(std::uint64_t(seed)).value()[3].low != found[3].low;
        };
        QVERIFY(isOther(2) || isOther(3) || isOther(4) || isOther(5));
    }

    void answersReadBack()
    {
        CaseAnswers answers = toy();
        answers.perplexity = 17.25;
        const Json json = answers.toJson();
        QVERIFY(CaseAnswers::fromJson(Json::parse(json.dump())).toJson() == json);
        for (const char* key : {"top", "rewrite", "neighbours", "others"}) {
            Json damaged = json;
            damaged[key] = "much";
            VERIFY_REFUSED(CaseAnswers::fromJson(damaged), ErrorCode::Damaged, "answers");
        }
    }

    /// The object's tokens are found by characters; a space at the prompt's end is no token of its own.
    void objectsBehindPrompts()
    {
        const TinyLoaded model("mamba", 3);
        const ExperimentContext context{model.loaded, {}};
        for (const char* prompt : {"Eiffel Tower is in", "Eiffel Tower is in  "})
            for (const char* object : {"Rome-left", " Rome-left"}) {
                const ScoredText text = scoredText(prompt, object, Prefix::None, context);
                QCOMPARE(text.ids, (std::vector<int>{2, 3, 8, 9, 4, 15}));
                QCOMPARE(text.first, 4);
            }
        QCOMPARE(scoredText("Eiffel", "Rome", Prefix::Eos, context).first, 2);
        VERIFY_REFUSED(scoredText("  ", "Rome", Prefix::None, context), ErrorCode::EmptyPrompt, "Rome");
        VERIFY_REFUSED(scoredText("Eiffel", " ", Prefix::None, context), ErrorCode::TargetNotInVocabulary, "Eiffel");
    }

    void beforeAndAfterAsTheReference_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::newRow("mamba") << "mamba";
        QTest::newRow("gpt_neox") << "gpt_neox";
    }
    void beforeAndAfterAsTheReference()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 3);
        const ExperimentContext context{model.loaded, {}};
        const bool mamba = architecture == "mamba";
        const RankOneEdit edit{mamba ? "W_o" : "W_down", 1, at::linspace(-1, 2, 12, at::kDouble),
                               at::linspace(1, -1, mamba ? 24 : 20, at::kDouble), 0.5};
        const EditCase asked = cityCase();
        SilentReporter silent;
        const CaseQuestions questions(asked, {"The Eiffel Tower is in Paris", "near"}, Prefix::None, context);
        const CaseAnswers before = questions.ask({}, nullptr, silent);
        const CaseAnswers after = questions.ask({edit}, &before, silent);
        int different = 0;
        const auto check = [&](const PromptScore& score, const std::string& prompt, const RankOneEdit* with) {
            for (const auto& [found, object] :
                 {std::pair(score.edited, "Rome-left"), std::pair(score.truth, "Paris")}) {
                const ObjectScore expected = referenceScore(model, prompt, object, with);
                QVERIFY2(isNear(found.nll, expected.nll, 1e-5), qPrintable(QString::number(found.nll - expected.nll)));
                QCOMPARE(found.said, expected.said);
                different += isNear(expected.nll, referenceScore(model, prompt, object, nullptr).nll, 1e-3) ? 0 : 1;
            }
        };
        for (const auto& [answers, with] :
             {std::pair(&before, (const RankOneEdit*)nullptr), std::pair(&after, &edit)}) {
            check(answers->rewrite, "The Eiffel Tower is in the city of", with);
            check(answers->paraphrases[0], "the city of Eiffel Tower is", with);
            check(answers->paraphrases[1], "Eiffel Tower is near", with);
            check(answers->neighbours[0], "The Louvre is in the city of", with);
            check(answers->neighbours[1], "Big Ben is in", with);
        }
        QCOMPARE(different, 10);
        checkOthers(model, asked, before, after, edit);
        checkPerplexity(model, before, after, edit);
    }

private:
    /// Without the padding.
    static std::vector<double> lastRow(const TinyModel& tiny, const TinyLoaded& model, const std::string& prompt)
    {
        Plan plan;
        plan.addRun(makePrompt(*model.loaded.tokenizer, prompt, Prefix::None).ids());
        std::vector<double> row = logProbabilities(referenceRun(tiny, plan, 0), int(plan.runs[0].tokens.size()) - 1);
        row.resize(std::size_t(model.loaded.tokenizer->size()));
        return row;
    }

    static void checkOthers(const TinyLoaded& model, const EditCase& asked, const CaseAnswers& before,
                            const CaseAnswers& after, const RankOneEdit& edit)
    {
        const TinyModel edited = editedModel(model.tiny, edit);
        for (std::size_t i = 0; i < asked.otherRelations.size(); ++i) {
            const std::vector<double> was = lastRow(model.tiny, model, asked.otherRelations[i]),
                                      is = lastRow(edited, model, asked.otherRelations[i]);
            const auto top = std::ranges::max_element(was) - was.begin();
            QCOMPARE(before.others[i].top, int(top));
            QVERIFY(isNear(before.others[i].p, std::exp(was[std::size_t(top)]), 1e-5));
            QVERIFY(isNear(after.others[i].p, std::exp(is[std::size_t(top)]), 1e-5));
            QCOMPARE(after.others[i].top, int(std::ranges::max_element(is) - is.begin()));
        }
    }

    /// Of the first text alone: the other one has a single token.
    static void checkPerplexity(const TinyLoaded& model, const CaseAnswers& before, const CaseAnswers& after,
                                const RankOneEdit& edit)
    {
        Plan plan;
        plan.addRun(makePrompt(*model.loaded.tokenizer, "The Eiffel Tower is in Paris", Prefix::None).ids());
        const std::vector<int>& ids = plan.runs[0].tokens;
        const auto perplexity = [&](const TinyModel& tiny) {
            const ReferenceRun run = referenceRun(tiny, plan, 0);
            double nll = 0;
            for (std::size_t i = 1; i < ids.size(); ++i)
                nll -= logProbabilities(run, int(i) - 1)[std::size_t(ids[i])];
            return std::exp(nll / double(ids.size() - 1));
        };
        QVERIFY(isNear(before.perplexity.value(), perplexity(model.tiny), 1e-3));
        QVERIFY(isNear(after.perplexity.value(), perplexity(editedModel(model.tiny, edit)), 1e-3));
    }
};

QTEST_APPLESS_MAIN(TestEditScores)
#include "tst_edit_scores.moc"
