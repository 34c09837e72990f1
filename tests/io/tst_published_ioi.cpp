// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/published_ioi.h"
#include "tests/io/io_test.h"
#include "tests/support/published_ioi.h"

#include <QFileInfo>
#include <algorithm>

using namespace mnemo;

namespace {

const PublishedTable& table(const std::vector<PublishedTable>& tables, const char* name)
{
    return *std::ranges::find(tables, name, &PublishedTable::name);
}

}  // namespace

class TestPublishedIoi : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path write(const Json& json)
    {
        return io_test::writeFile(m_folder, "results.json", json.dump().c_str());
    }

private Q_SLOTS:
    void tables()
    {
        const std::vector<PublishedTable> tables = readPublishedIoi(write(test::publishedIoi()));
        QCOMPARE(tables.size(), std::size_t(11));
        QCOMPARE(table(tables, "removal.probability").values[1][0], 0.5);
        QCOMPARE(table(tables, "crosstalk.share").rows, (std::vector<std::string>{"0", "1", "2"}));
        QCOMPARE(table(tables, "crosstalk.share").values, (std::vector<std::vector<double>>{{0}, {1}, {0.25}}));
        QCOMPARE(table(tables, "add").values[0][1], 0.75);  // row: the slot that is overwritten
        QCOMPARE(table(tables, "add").rows, (std::vector<std::string>{"1", "2"}));
        QCOMPARE(table(tables, "cosine.state_state").values[1][0], 0.5);
        QCOMPARE(table(tables, "metric").rows, (std::vector<std::string>{"0", "0.5", "1"}));
        QCOMPARE(table(tables, "metric").values[1][0], 0.25);  // the mean of both batches
        QCOMPARE(table(tables, "circuit").values, (std::vector<std::vector<double>>{{0.25}, {0.875}, {0.75}}));
        QCOMPARE(table(tables, "inside").rows[0], std::string(published_row::heldOutNld));
        QCOMPARE(table(tables, "inside").values[0][0], 0.5);
    }

    void whatIsWrongIsNamed()
    {
        VERIFY_REFUSED(readPublishedIoi(m_folder.filePath("nowhere.json").toStdString()), ErrorCode::NotFound,
                       "nowhere.json");
        VERIFY_REFUSED(readPublishedIoi(write({1, 2})), ErrorCode::Damaged, "layer_removal");
        const auto refused = [this](const std::function<void(Json&)>& damage, const char* what) {
            Json json = test::publishedIoi();
            damage(json);
            VERIFY_REFUSED(readPublishedIoi(write(json)), ErrorCode::Damaged, what);
        };
        refused([](Json& json) { json.erase("eap_non_positional"); }, "\"eap_non_positional\"");
        refused([](Json& json) { json["layer_removal_correct_answer_relative_probability"] = Json::array(); }, "[]");
        refused([](Json& json) { json["layer_removal_correct_answer_relative_probability"][1] = "much"; },
                "\"much\" is no number");
        refused([](Json& json) { json["fig5_minimal_cross_talk_proportion_read_from_figure"]["3"] = 1; },
                "\"3\" is none of its 3 layers");
        refused([](Json& json) { json["fig8_replace_success_read_from_figure_approx"][1].push_back(1); },
                "row 2 of fig8");
        refused([](Json& json) { json["eap_ig_metric_by_alpha_first_batches"]["half"] = {1}; }, "\"half\" is no share");
        refused([](Json& json) { json["eap_non_positional"]["total_edges"] = 0; }, "no edges");
        refused(
            [](Json& json) {
                json["cosine_similarity_layer39_one_prompt"]["Similarity of B x_i to h_j on layer 39"]["tokens"] = {
                    "a"};
            },
            "1 tokens and 2 rows");
    }

    /// The published file itself, and what METHODS.md §7 says of it.
    void thePublishedFile()
    {
        const std::string file = MNEMO_SHARED_DATA "/mamba-ioi-reference-results/results.json";
        if (!QFileInfo::exists(QString::fromStdString(file)))
            QSKIP("the published numbers are not beside this source tree");
        const std::vector<PublishedTable> tables = readPublishedIoi(file);
        QCOMPARE(table(tables, "removal.probability").rows.size(), std::size_t(48));
        QVERIFY(std::abs(table(tables, "removal.probability").values[39][0] - 0.45) < 0.001);
        QCOMPARE(table(tables, "crosstalk.share").values[39][0], 1.0);
        QCOMPARE(table(tables, "crosstalk.share").values[2][0], 0.0);
        QVERIFY(std::abs(table(tables, "add").values[0][4] - 0.61) < 0.005);
        QCOMPARE(table(tables, "cosine.write_state").rows.size(), std::size_t(20));
        QVERIFY(std::abs(table(tables, "circuit").values[0][0] - 188.0 / 1225) < 1e-12);
        QCOMPARE(table(tables, "metric").values.front()[0], 1.0);
        QCOMPARE(table(tables, "metric").values.back()[0], 0.0);
    }
};

QTEST_APPLESS_MAIN(TestPublishedIoi)
#include "tst_published_ioi.moc"
