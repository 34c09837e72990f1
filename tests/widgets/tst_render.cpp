// SPDX-License-Identifier: GPL-3.0-or-later
// `mnemoscope --render`: from a session file to a figure, with the exit codes of the command line.
#include "app/mnemoscope/render.h"
#include "core/io/session_pairs.h"
#include "tests/widgets/sample_circuit.h"
#include "tests/widgets/sample_results.h"
#include "ui/figure.h"
#include "ui/figure_in_session.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace mnemo;

class TestRender : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_session;

    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

    int run(QStringList arguments) const
    {
        arguments.prepend(QStringLiteral("mnemoscope"));
        return render(arguments);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_session = path("sample.mnemo");
        writeSession(test::sampleTrace(), m_session.toStdString());
    }

    void knowsItsOption()
    {
        const char* yes[] = {"mnemoscope", "--render", "x"};
        const char* also[] = {"mnemoscope", "--render=x"};
        const char* no[] = {"mnemoscope", "render.mnemo"};
        QVERIFY(wantsRender(3, yes));
        QVERIFY(wantsRender(2, also));
        QVERIFY(!wantsRender(2, no));
        QVERIFY(!wantsRender(0, no));
    }

    void drawsASession()
    {
        for (const char* name : {"f.png", "f.svg", "f.pdf"}) {
            QCOMPARE(run({"--render", m_session, "-o", path(name), "--width", "120", "--metric", "p", "--dark"}), 0);
            const Json json = provenanceInFile(path(name));
            QCOMPARE(json.value("metric", ""), std::string("p"));
            QCOMPARE(json["parameters"]["subject"].get<std::string>(), std::string("The Space Needle"));
        }
    }

    void drawsTheNewestTrace()
    {
        Session session;
        Result newer = test::sampleTrace();
        newer.parameters["subject"] = "The Louvre";
        session.results = {std::make_shared<const Result>(test::sampleTrace()), std::make_shared<const Result>(newer)};
        writeSession(session, path("two.mnemo").toStdString());
        QCOMPARE(run({"--render", path("two.mnemo"), "-o", path("two.svg")}), 0);
        QCOMPARE(provenanceInFile(path("two.svg"))["parameters"]["subject"].get<std::string>(),
                 std::string("The Louvre"));
    }

    void drawsTheNewestResultOfAnyKind()
    {
        for (const Result& result : test::sampleResults()) {
            Session session;
            session.results = {std::make_shared<const Result>(test::sampleTrace()),
                               std::make_shared<const Result>(result),
                               std::make_shared<const Result>(test::sampleOf("states"))};
            writeSession(session, path("kinds.mnemo").toStdString());
            QCOMPARE(run({"--render", path("kinds.mnemo"), "-o", path("kinds.svg")}), 0);
            QCOMPARE(provenanceInFile(path("kinds.svg")).value("experiment", ""), result.kind);
        }
    }

    void drawsCircuits()
    {
        Result circuit = test::sampleCircuit();
        writeSession(circuit, path("circuit.mnemo").toStdString());
        for (const char* part : {"graph", "matrix", "measures"})
            QCOMPARE(run({"--render", path("circuit.mnemo"), "-o", path("part.png"), "--dpi", "50", "--part", part}), 0);
        QCOMPARE(run({"--render", path("circuit.mnemo"), "-o", path("circuit.pdf"), "--dark"}), 0);
        const auto svgOf = [&](const Result& result) {
            writeSession(result, path("circuit.mnemo").toStdString());
            if (run({"--render", path("circuit.mnemo"), "-o", path("circuit.svg"), "--part", "graph"}) != 0)
                return QByteArray();
            QFile svg(path("circuit.svg"));
            return svg.open(QIODevice::ReadOnly) ? svg.readAll() : QByteArray();
        };
        const QByteArray svg = svgOf(circuit);
        QVERIFY(!svg.contains("<image"));
        for (const char* text : {">embed<", ">output<", "4 of 6 edges kept", "faithfulness 0.2, accuracy 0.21"})
            QVERIFY2(svg.contains(text), text);
        circuit.head["choice"] = {{"edges", 2}};  // as the window had it
        QVERIFY(svgOf(circuit).contains("2 of 6 edges kept"));
        QVERIFY(provenanceInFile(path("circuit.svg"))["result"]["choice"]["edges"] == 2);
        QCOMPARE(run({"--render", path("circuit.mnemo"), "-o", path("none.svg"), "--site", "h"}), 2);
    }

    void drawsOnePart()
    {
        writeSession(test::sampleAverage(), path("average.mnemo").toStdString());
        QCOMPARE(run({"--render", path("average.mnemo"), "-o", path("all.png"), "--dpi", "50"}), 0);
        QCOMPARE(run({"--render", path("average.mnemo"), "-o", path("maps.png"), "--dpi", "50", "--part", "maps"}), 0);
        QVERIFY(QImage(path("maps.png")).height() < QImage(path("all.png")).height());
        QCOMPARE(run({"--render", path("average.mnemo"), "-o", path("refused.svg"), "--part", "frames"}), 2);
    }

    void drawsAPairAsTheWindowShowsIt()
    {
        Session session;
        for (const char* name : {"mamba", "pythia"}) {
            Result trace = test::sampleTrace(), average = test::sampleAverage();
            trace.model["name"] = average.model["name"] = name;
            session.results.push_back(std::make_shared<const Result>(trace));
            session.results.push_back(std::make_shared<const Result>(average));
        }
        session.results.insert(session.results.begin(), std::make_shared<const Result>(test::sampleTrace()));
        setRunPairs(session, {{1, 3}});
        writeSession(session, path("pair.mnemo").toStdString());
        QCOMPARE(run({"--render", path("pair.mnemo"), "-o", path("pair.svg"), "--pair", "--own-scales"}), 0);
        const Json said = provenanceInFile(path("pair.svg"));
        QVERIFY(said["model"]["name"] == "mamba" && said["beside"]["model"]["name"] == "pythia");
        setRunPairs(session, {{4, 2}});
        writeSession(session, path("pair.mnemo").toStdString());
        QCOMPARE(run({"--render", path("pair.mnemo"), "-o", path("curves.svg"), "--pair"}), 0);
        QFile svg(path("curves.svg"));
        QVERIFY(svg.open(QIODevice::ReadOnly) && svg.readAll().contains("mamba: Sample of average"));
        QCOMPARE(run({"--render", m_session, "-o", path("alone.svg"), "--pair"}), 3);
    }

    void drawsPanelsOfOneFigure()
    {
        Session session;
        for (const char* name : {"mamba", "pythia"}) {
            Result trace = test::sampleTrace();
            trace.model["name"] = name;
            session.results.push_back(std::make_shared<const Result>(trace));
        }
        session.results.push_back(std::make_shared<const Result>(test::sampleAverage()));
        writeSession(session, path("three.mnemo").toStdString());
        const auto panels = [&](const QString& list, const QStringList& more = {}) {
            return run(QStringList{"--render", path("three.mnemo"), "-o", path("panels.svg"), "--panels", list} + more);
        };
        QCOMPARE(panels("0:h,1:h+s,2:maps", {"--columns", "3"}), 0);
        const Json said = provenanceInFile(path("panels.svg"));
        QCOMPARE(said["panels"].size(), std::size_t(3));
        QVERIFY(said["panels"][1]["model"]["name"] == "pythia" && said["panels"][2]["experiment"] == "average");
        QVERIFY(said["columns"] == 3 && said["one_scale"] == true);
        QFile svg(path("panels.svg"));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        const QByteArray bytes = svg.readAll();
        for (const char* letter : {">(a)<", ">(b)<", ">(c)<"})
            QVERIFY2(bytes.contains(letter), letter);
        QVERIFY(!bytes.contains(">(d)<"));
        QCOMPARE(panels("3"), 2);
        QCOMPARE(panels("x:h"), 2);
        QCOMPARE(panels("0:nowhere"), 2);
        QCOMPARE(panels("0", {"--columns", "0"}), 2);
        const QStringList composed{"--render", path("three.mnemo"), "-o", path("composed.svg"), "--composed"};
        QCOMPARE(run(composed), 3);  // none is in it
        ComposedFigure figure;
        figure.panels = {{session.results[2], {}}, {session.results[0], {}}};
        setComposedFigure(session, figure);
        writeSession(session, path("three.mnemo").toStdString());
        QCOMPARE(run(composed), 0);
        QVERIFY(provenanceInFile(path("composed.svg"))["panels"][0]["experiment"] == "average");
    }

    void refusesWithTheRightCode_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        const QString out = path("refused.svg");
        QTest::newRow("no output") << QStringList{"--render", "S"} << 2;
        QTest::newRow("unknown option") << QStringList{"--render", "S", "-o", out, "--frob"} << 2;
        QTest::newRow("metric") << QStringList{"--render", "S", "-o", out, "--metric", "zeal"} << 2;
        QTest::newRow("width") << QStringList{"--render", "S", "-o", out, "--width", "-3"} << 2;
        QTest::newRow("colours") << QStringList{"--render", "S", "-o", out, "--colours", "jet"} << 2;
        QTest::newRow("site") << QStringList{"--render", "S", "-o", out, "--site", "mlp"} << 2;
        QTest::newRow("format") << QStringList{"--render", "S", "-o", path("f.gif")} << 2;
        QTest::newRow("absent") << QStringList{"--render", path("absent.mnemo"), "-o", out} << 3;
        QTest::newRow("cannot write") << QStringList{"--render", "S", "-o", path("absent/f.svg")} << 1;
    }

    void refusesWithTheRightCode()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        arguments.replaceInStrings(QRegularExpression(QStringLiteral("^S$")), m_session);
        QCOMPARE(run(arguments), code);
        QVERIFY(!QFile::exists(path("refused.svg")));
    }

    void damagedFilesAreNamed()
    {
        QFile file(path("bad.mnemo"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("no session at all");
        file.close();
        QCOMPARE(run({"--render", path("bad.mnemo"), "-o", path("bad.svg")}), 3);
        QVERIFY(!QFile::exists(path("bad.svg")));
    }
};

QTEST_MAIN(TestRender)
#include "tst_render.moc"
