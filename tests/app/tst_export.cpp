// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/io/export.h"
#include "core/io/npy.h"
#include "tests/support/refusal.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>

using namespace mnemo;

namespace {

ArrayPtr map(const std::string& name, std::vector<double> values)
{
    Array array = Array::make(name, {{"layer", {"0", "1"}}, {"token", {"The", " \"red\", cat", " sat"}}}, "");
    array.values = std::move(values);
    array.states = {CellState::Exact,    CellState::Computed,  CellState::Computed,
                    CellState::Computed, CellState::Undefined, CellState::NotComputed};
    return std::make_shared<const Array>(std::move(array));
}

/// Two layers, three tokens, one site; the second row has a cell without partner and one not yet computed.
Result smallTrace(double pClean = 0.9, double pCorrupt = 0.1)
{
    Result trace;
    trace.kind = "trace";
    trace.model = {{"name", "tiny"}};
    trace.parameters = {{"prompt", "The red cat\nsat"}};
    trace.head = {{"tokens", Json::array({1, 2, 3})},
                  {"p_clean", pClean},
                  {"p_corrupt", pCorrupt},
                  {"sites", {"s"}},
                  {"windows", {{"s", 2}}},
                  {"window_share", {{"s", 1.0}}},
                  {"target", {{"id", 7}}},
                  {"subject", {0, 2}}};
    const double nan = std::nan("");
    trace.arrays = {map("s.p", {0.1, 0.5, 0.9, 1.0 / 3, nan, nan}), map("s.logp", {-2.3, -0.7, -0.1, -1.1, nan, nan}),
                    map("s.rank", {5, 1, 0, 2, nan, nan}),          map("s.logit", {1, 2, 3, 4, nan, nan}),
                    map("s.logit_foil", {2, 2, 2, 2, nan, nan}),    map("s.kl", {0, 0, 0, 0, nan, nan})};
    trace.done = 5.0 / 6;
    return trace;
}

}  // namespace

class TestExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jsonHasRowsOfLayersAndNullsWithoutValue()
    {
        const Json json = exportJson(smallTrace());
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.trace/1");
        QCOMPARE(json["maps"].size(), std::size_t(1));
        const Json& s = json["maps"][0];
        QCOMPARE(s["site"].get<std::string>(), "s");
        QCOMPARE(s["window"].get<int>(), 2);
        QCOMPARE(s["p"].size(), std::size_t(2));
        QCOMPARE(s["p"][0].size(), std::size_t(3));
        QCOMPARE(s["p"][1][0].get<double>(), 1.0 / 3);
        QVERIFY(s["p"][1][1].is_null() && s["p"][1][2].is_null());
        QCOMPARE(s["ie"][0][1].get<double>(), (0.5 - 0.1) / (0.9 - 0.1));
        QCOMPARE(s["logit_diff"][1][0].get<double>(), 2.0);
        QCOMPARE(s["state"][0][0].get<std::string>(), "exact");
        QCOMPARE(s["state"][1][1].get<std::string>(), "undefined");
        QCOMPARE(s["state"][1][2].get<std::string>(), "not_computed");
        QVERIFY(!json.contains("sites"));
    }

    void anEffectWithoutATotalEffectIsNull()
    {
        const Json json = exportJson(smallTrace(0.3, 0.3));
        for (const Json& row : json["maps"][0]["ie"])
            for (const Json& cell : row)
                QVERIFY(cell.is_null());
        QCOMPARE(json["maps"][0]["p"][0][1].get<double>(), 0.5);
    }

    void numbersReadBackExactly()
    {
        const Json again = Json::parse(exportJson(smallTrace()).dump());
        QCOMPARE(again["maps"][0]["p"][1][0].get<double>(), 1.0 / 3);
    }

    void csvHasOneLinePerCellAndQuotesText()
    {
        const QStringList lines = QString::fromStdString(exportCsv(smallTrace())).split('\n', Qt::SkipEmptyParts);
        QStringList data;
        for (const QString& line : lines)
            if (!line.startsWith('#'))
                data << line.trimmed();
        QCOMPARE(data.size(), 1 + 2 * 3);
        QCOMPARE(data[0], "site,window,layer,token,text,p,logp,rank,ie,state");
        QCOMPARE(data[1], "s,2,0,0,The,0.1,-2.3,5,0,exact");
        QVERIFY2(data[2].startsWith("s,2,0,1,\" \"\"red\"\", cat\",0.5,"), qPrintable(data[2]));
        QCOMPARE(data[6], "s,2,1,2,\" sat\",,,,,not_computed");
        QVERIFY2(lines.size() > data.size() + 3, "provenance must be there");
    }

    void csvOfArraysHasOneLinePerValue()
    {
        Result result;
        result.kind = "average";
        result.model = result.parameters = result.provenance = Json::object();
        result.head = {{"counts", {{"used", 2}}}};
        Array ie = Array::make("h.ie", {{"layer", {"0", "1"}}, {"role", {"last, of all", "subject"}}}, "IE");
        ie.values = {0.25, 1.0 / 3, 0.5, 0.75};
        ie.states = {CellState::Computed, CellState::Computed, CellState::Undefined, CellState::Exact};
        Array peaks = Array::make("h.peaks", {{"layer", {"0", "1"}}}, "facts");
        peaks.values = {2, 0};
        peaks.states = {CellState::Computed, CellState::Computed};
        result.arrays = {std::make_shared<const Array>(ie), std::make_shared<const Array>(peaks)};
        QStringList data;
        for (const QString& line : QString::fromStdString(exportCsv(result)).split('\n', Qt::SkipEmptyParts))
            if (!line.startsWith('#'))
                data << line.trimmed();
        QCOMPARE(data, QStringList({"array,unit,layer,role,value,state", "h.ie,IE,0,\"last, of all\",0.25,computed",
                                    "h.ie,IE,0,subject,0.3333333333333333,computed",
                                    "h.ie,IE,1,\"last, of all\",,undefined", "h.ie,IE,1,subject,0.75,exact",
                                    "h.peaks,facts,0,,2,computed", "h.peaks,facts,1,,0,computed"}));
        result.kind = "predict";
        VERIFY_REFUSED(exportCsv(result), ErrorCode::Usage, "predict");
    }

    void npyTensorIsSitesLayersTokens()
    {
        const HostTensor p = exportProbabilities(smallTrace());
        QCOMPARE(p.shape, (std::vector<std::int64_t>{1, 2, 3}));
        QCOMPARE(p.values[3], float(1.0 / 3));
        QVERIFY(std::isnan(p.values[4]));
    }

    void filesAreChosenByExtension()
    {
        QTemporaryDir folder;
        for (const char* name : {"x.json", "x.csv", "x.npy"}) {
            exportFile(smallTrace(), folder.filePath(name).toStdString());
            QVERIFY2(QFileInfo(folder.filePath(name)).size() > 50, name);
        }
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files).size(), 3);  // no temporary file is left
        const HostTensor npy = readNpy(folder.filePath("x.npy").toStdString());
        QCOMPARE(npy.shape, (std::vector<std::int64_t>{1, 2, 3}));
        QCOMPARE(npy.values[2], 0.9f);
        VERIFY_REFUSED(exportFile(smallTrace(), folder.filePath("x.docx").toStdString()), ErrorCode::Usage, ".docx");
    }

    void anUnwritableFolderIsNamed()
    {
        QTemporaryDir folder;
        exportFile(smallTrace(), folder.filePath("plain.json").toStdString());
        const std::string inside = folder.filePath("plain.json/x.json").toStdString();
        VERIFY_REFUSED(exportFile(smallTrace(), inside), ErrorCode::WriteFailed, "plain.json");
    }
};

QTEST_APPLESS_MAIN(TestExport)
#include "tst_export.moc"
