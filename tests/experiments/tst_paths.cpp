// SPDX-License-Identifier: GPL-3.0-or-later
// Path-specific effects against whole runs of the slow reference, and the laws of METHODS.md §3.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first
#include "tests/support/architectures.h"
#include "tests/support/refusal.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace mnemo;
using namespace mnemo::test;

namespace {

constexpr double tolerance = 1e-6;  // in p: that of unpatched runs comes from logits in single precision

const Json fact{{"prompt", "The {} is in the city of"}, {"subject", "Eiffel Tower"}, {"swap", "Big Ben"}};

/// Of a model for which the swap takes from the answer.
std::uint64_t seedOf(const QString& architecture)
{
    return architecture == "mamba" ? 4 : 5;
}

}  // namespace

class TestPaths : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void equalsWholeRuns_data() { architectures(); }
    void equalsWholeRuns()
    {
        QFETCH(QString, architecture);
        using enum SiteKind;
        const bool mamba = architecture == "mamba";
        const TinyLoaded model(architecture.toStdString(), seedOf(architecture));
        const Result paths = runNamed("paths", fact, model.loaded);
        const std::vector<std::vector<SiteKind>> severed =
            mamba ? std::vector<std::vector<SiteKind>>{{}, {S}, {G}, {O}}
                  : std::vector<std::vector<SiteKind>>{{}, {Attn}, {Mlp}, {Attn, Mlp}};
        const Result trace = runNamed("trace", fact, model.loaded);
        const int target = trace.head["target"]["id"], subjectLast = trace.head["subject"][1].get<int>() - 1;
        Plan plan;
        const RunId clean = plan.addRun(idsOf(trace.head["tokens"]));
        const RunId corrupt = plan.addRun(idsOf(trace.head["corrupt_tokens"]));
        const int last = int(plan.tokensOf(clean).size()) - 1;
        const auto p = [&](RunId run) {
            return std::exp(logProbabilities(referenceRun(model.tiny, plan, run), last)[std::size_t(target)]);
        };
        const double high = p(clean), low = p(corrupt);
        QVERIFY2(high - low > 1e-3, qPrintable(QString::number(high - low)));
        for (const auto& [name, token] : {std::pair("subject_last", subjectLast), std::pair("prompt_last", last)}) {
            const Array& ie = *paths.find(std::string(name) + ".ie");
            QCOMPARE(ie.axes[1].size(), 4);
            for (int layer = 0; layer < 3; ++layer)
                for (int cut = 0; cut < 4; ++cut) {
                    std::vector<Patch> patches{{{H, layer, {}}, {token}, CopyFrom{clean, {token}}}};
                    for (int above = layer + 1; above < 3; ++above)
                        for (const SiteKind site : severed[std::size_t(cut)])
                            patches.push_back({{site, above, {}}, {token}, CopyFrom{corrupt, {token}}});
                    const double expected = (p(plan.addRun(corrupt, patches)) - low) / (high - low);
                    QVERIFY2(std::abs(ie.at(layer, cut) - expected) * std::abs(high - low) < tolerance,
                             qPrintable(QString("%1 %2 %3: %4").arg(name).arg(layer).arg(cut).arg(expected)));
                }
            QVERIFY(!paths.find(std::string(name) + ".se")->has(0, 0));  // one fact has no error
        }
    }

    void lawsHold_data() { architectures(); }
    void lawsHold()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), seedOf(architecture));
        const Result paths = runNamed("paths", fact, model.loaded);
        const Array &subject = *paths.find("subject_last.ie"), &last = *paths.find("prompt_last.ie");
        const double difference = std::abs(paths.head["facts"][0]["p_clean"].get<double>() -
                                           paths.head["facts"][0]["p_corrupt"].get<double>());
        for (int cut = 0; cut < 4; ++cut) {
            QVERIFY(std::abs(last.at(2, cut) - 1) * difference < tolerance);  // the head reads nothing but this state
            QVERIFY(std::abs(subject.at(2, cut)) * difference < tolerance);   // and nothing of this one
        }
        // h restored and nothing held is the trace's own cell.
        Json h = fact;
        h["sites"] = {"h"};
        const Result trace = runNamed("trace", h, model.loaded);
        const Array& p = *trace.find("h.p");
        const double high = trace.head["p_clean"], low = trace.head["p_corrupt"];
        const int subjectLast = trace.head["subject"][1].get<int>() - 1, tokens = p.axes[1].size();
        for (int layer = 0; layer < 3; ++layer) {
            QVERIFY(std::abs(subject.at(layer, 0) - (p.at(layer, subjectLast) - low) / (high - low)) * difference <
                    tolerance);
            QVERIFY(std::abs(last.at(layer, 0) - (p.at(layer, tokens - 1) - low) / (high - low)) * difference <
                    tolerance);
        }
    }

    /// Means and errors over facts are those of the facts one by one.
    void averagesOverFacts()
    {
        const TinyLoaded model("mamba", 4);
        QTemporaryDir folder;
        const std::string file = folder.filePath("city.json").toStdString();
        std::ofstream(file) << R"({"name": "city", "prompt_templates": ["The {} is in the city of"], "samples": [
            {"subject": "Eiffel Tower", "object": "Paris"}, {"subject": "Big Ben", "object": "Rome"},
            {"subject": "old Pyramid", "object": "Giza"}, {"subject": "old Louvre", "object": "Paris"}]})";
        const Result all =
            runNamed("paths", {{"facts", {file}}, {"knows", "anything"}, {"least_effect", 0.0}}, model.loaded);
        const Json& facts = all.head["facts"];
        QVERIFY(facts.size() >= 2);
        for (const char* name : {"subject_last.ie", "prompt_last.ie"}) {
            std::vector<std::vector<double>> each;
            for (const Json& one : facts) {
                const Json& f = one["fact"];
                const Json given{{"prompt", f["template"]}, {"subject", f["subject"]}, {"swap", f["swap"]}};
                each.push_back(runNamed("paths", given, model.loaded).find(name)->values);
            }
            for (std::size_t cell = 0; cell < each[0].size(); ++cell) {
                double mean = 0, squares = 0;
                const double n = double(each.size());
                for (const auto& values : each)
                    mean += values[cell] / n;
                for (const auto& values : each)
                    squares += (values[cell] - mean) * (values[cell] - mean);
                QVERIFY(std::abs(all.find(name)->values[cell] - mean) < 1e-9);
                const std::string errors = std::string(name).substr(0, std::string(name).size() - 2) + "se";
                QVERIFY(std::abs(all.find(errors)->values[cell] - std::sqrt(squares / (n - 1) / n)) < 1e-7);
            }
        }
    }

    void whatCannotBe()
    {
        const TinyLoaded model("mamba", 5);
        Json noSwap = fact, noSubject = fact, noPrompt = fact;
        noSwap.erase("swap");
        noSubject.erase("subject");
        noPrompt.erase("prompt");
        VERIFY_REFUSED(runNamed("paths", noSwap, model.loaded), ErrorCode::Usage, "no corrupted run");
        VERIFY_REFUSED(runNamed("paths", noSubject, model.loaded), ErrorCode::SubjectNotInPrompt, "empty");
        VERIFY_REFUSED(runNamed("paths", noPrompt, model.loaded), ErrorCode::Usage, "Eiffel Tower");
    }
};

QTEST_APPLESS_MAIN(TestPaths)
#include "tst_paths.moc"
