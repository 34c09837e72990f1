// SPDX-License-Identifier: GPL-3.0-or-later
// Circuits as DOT, GraphML and JSON, read by parsers that are not ours.
#include "tests/io/io_test.h"
#include "tests/widgets/sample_circuit.h"

#include "core/io/circuit_file.h"
#include "core/io/export.h"

#include <QMap>
#include <QRegularExpression>
#include <QXmlStreamReader>

using namespace mnemo;

namespace {

const std::string oddName = R"(at "tn" 0\n & <é>)";

Result withOddName()
{
    Result result = test::positionalCircuit();
    Array array = *result.arrays.front();
    for (int axis : {0, 1})
        array.axes[std::size_t(axis)].labels[1] = oddName;
    array.axes[2].labels[0] = R"(" the")";
    result.arrays.front() = std::make_shared<const Array>(array);
    return result;
}

struct DotEdge {
    QString from, to;
    QMap<QString, QString> attributes;
};

/// The grammar of the DOT language as far as we write it: quoted strings may hold \" and \\.
struct Dot {
    QStringList nodes;
    QList<DotEdge> edges;
    QStringList strangers;  ///< lines that are none of it

    static QString text(QString quoted)
    {
        quoted = quoted.mid(1, quoted.size() - 2);
        QString plain;
        for (int i = 0; i < quoted.size(); ++i)
            plain += quoted[i] == QLatin1Char('\\') ? quoted[++i] : quoted[i];
        return plain;
    }

    explicit Dot(const std::string& dot)
    {
        const QString quoted = QStringLiteral("\"(?:[^\"\\\\]|\\\\.)*\"");
        const QString value = QStringLiteral("(?:%1|[-\\w.]+)").arg(quoted);
        const QString list = QStringLiteral("(?:\\w+=%1)(?:, \\w+=%1)*").arg(value);
        const QRegularExpression node(QStringLiteral("^  (%1);$").arg(quoted));
        const QRegularExpression edge(QStringLiteral("^  (%1) -> (%1) \\[(%2)\\];$").arg(quoted, list));
        const QRegularExpression setting(
            QStringLiteral("^  (?:rankdir=BT|label=%1|node \\[%2\\]);$").arg(quoted, list));
        const QRegularExpression one(QStringLiteral("(\\w+)=(%1)").arg(value));
        QStringList lines = QString::fromStdString(dot).split(QLatin1Char('\n'));
        if (lines.takeFirst() != QLatin1String("digraph circuit {") || lines.takeLast() != QString() ||
            lines.takeLast() != QLatin1String("}"))
            strangers << QStringLiteral("frame");
        for (const QString& line : lines) {
            if (const auto match = edge.match(line); match.hasMatch()) {
                DotEdge found{text(match.captured(1)), text(match.captured(2)), {}};
                for (auto at = one.globalMatch(match.captured(3)); at.hasNext();) {
                    const auto pair = at.next();
                    const QString said = pair.captured(2);
                    found.attributes[pair.captured(1)] = said.startsWith(QLatin1Char('"')) ? text(said) : said;
                }
                edges << found;
            } else if (const auto alone = node.match(line); alone.hasMatch())
                nodes << text(alone.captured(1));
            else if (!setting.match(line).hasMatch())
                strangers << line;
        }
    }
};

/// As Qt reads it: nodes by id, edges with their data.
struct GraphMl {
    QMap<QString, QString> keys;  ///< type by name
    QMap<QString, QString> graph;
    QMap<QString, QString> labels;
    QList<DotEdge> edges;
    QString error;

    explicit GraphMl(const std::string& text)
    {
        QXmlStreamReader xml(QString::fromStdString(text));
        QString node;
        bool inEdge = false;
        while (!xml.atEnd()) {
            xml.readNext();
            const auto attributes = xml.attributes();
            if (xml.isEndElement() && (xml.name() == QLatin1String("edge") || xml.name() == QLatin1String("node"))) {
                node.clear();
                inEdge = false;
            }
            if (!xml.isStartElement())
                continue;
            if (xml.name() == QLatin1String("key"))
                keys[attributes.value("id").toString()] = attributes.value("attr.type").toString();
            else if (xml.name() == QLatin1String("node"))
                node = attributes.value("id").toString();
            else if (xml.name() == QLatin1String("edge")) {
                inEdge = true;
                edges << DotEdge{
                    labels[attributes.value("source").toString()], labels[attributes.value("target").toString()], {}};
            } else if (xml.name() == QLatin1String("data")) {
                const QString key = attributes.value("key").toString(), value = xml.readElementText();
                if (!keys.contains(key))
                    error = QStringLiteral("no key ") + key;
                (inEdge ? edges.last().attributes[key] : !node.isEmpty() ? labels[node] : graph[key]) = value;
            }
        }
        if (xml.hasError())
            error = xml.errorString();
    }
};

}  // namespace

class TestCircuitFile : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path path(const char* name) const { return m_folder.filePath(QLatin1String(name)).toStdString(); }
    static QByteArray read(const std::filesystem::path& file)
    {
        QFile opened(QString::fromStdString(file.string()));
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
    }

private Q_SLOTS:
    void jsonHoldsWhatIsDrawnAndWhatItDoes()
    {
        const Json json = Json::parse(circuitJson(test::sampleCircuit(), GraphPart::Drawn).dump());
        QCOMPARE(json["schema"].get<std::string>(), std::string("mnemo.graph/1"));
        QCOMPARE(json["part"].get<std::string>(), std::string("drawn"));
        QCOMPARE(json["edges_all"].get<int>(), 6);
        QCOMPARE(json["edges_kept"].get<int>(), 4);
        QCOMPARE(int(json["edges"].size()), 4);
        QVERIFY(std::abs(json["measure"]["faithfulness"].get<double>() - 0.2) < 1e-12);
        QVERIFY(std::abs(json["measure"]["completeness"].get<double>() - 0.6) < 1e-12);
        QCOMPARE(json["edges"][0]["source"].get<std::string>(), std::string("embed"));
        QCOMPARE(json["edges"][0]["target"].get<std::string>(), std::string("1"));
        QCOMPARE(json["edges"][0]["attribution"].get<double>(), -0.4);
        QVERIFY(std::abs(json["edges"][0]["exact"].get<double>() + 0.6) < 1e-12);
        QVERIFY(!json["edges"][0].contains("position"));
        QVERIFY(!json.contains("positions"));
        QCOMPARE(json["nodes"][3]["label"].get<std::string>(), std::string("output"));
        QCOMPARE(json["model"]["name"].get<std::string>(), std::string("tiny"));
    }

    void jsonOfTheWholeMarksWhatIsKept()
    {
        const Json json = circuitJson(test::sampleCircuit(), GraphPart::Whole);
        QCOMPARE(int(json["edges"].size()), 6);
        for (int edge = 0; edge < 6; ++edge)
            QCOMPARE(json["edges"][std::size_t(edge)]["kept"].get<bool>(), edge < 4);
    }

    void drawnIsWhatWasChosen()
    {
        Result result = test::positionalCircuit();
        CircuitChoice choice;
        choice.edges = 5;
        choice.hidden = {"0"};
        result.head["choice"] = toJson(choice);
        const Json json = circuitJson(result, GraphPart::Drawn);
        QCOMPARE(int(json["edges"].size()), 3);
        QCOMPARE(json["edges"][1]["position"].get<std::string>(), std::string("n2"));
        QVERIFY(json["positions"] == Json(test::circuitPositions));
        QVERIFY(json["hidden"] == Json(std::vector<std::string>{"0"}));
        QVERIFY(json["measure"].is_null());
        QCOMPARE(int(json["nodes"].size()), 3);
        QCOMPARE(int(circuitJson(result, GraphPart::Whole)["nodes"].size()), 4);
        QCOMPARE(int(circuitJson(result, GraphPart::Whole)["edges"].size()), 5);
    }

    void dotIsReadBack()
    {
        const Dot dot(circuitDot(test::sampleCircuit(), GraphPart::Drawn));
        QCOMPARE(dot.strangers, QStringList());
        QCOMPARE(dot.nodes, (QStringList{"embed", "0", "1", "output"}));
        QCOMPARE(int(dot.edges.size()), 4);
        QCOMPARE(dot.edges[1].from, QStringLiteral("embed"));
        QCOMPARE(dot.edges[1].to, QStringLiteral("1"));
        QCOMPARE(dot.edges[1].attributes["attribution"], QStringLiteral("-0.4"));
        QCOMPARE(dot.edges[1].attributes["penwidth"], QStringLiteral("5.0"));
        QVERIFY(!dot.edges[1].attributes.contains("label"));
    }

    void dotMergesPositionsAsTheDrawingDoes()
    {
        Result result = withOddName();
        const Dot merged(circuitDot(result, GraphPart::Drawn));
        QCOMPARE(merged.strangers, QStringList());
        QCOMPARE(int(merged.edges.size()), 4);
        QVERIFY(merged.nodes.contains(QString::fromStdString(oddName)));
        QCOMPARE(merged.edges[0].to, QString::fromStdString(oddName));
        QCOMPARE(merged.edges[1].attributes["label"], QStringLiteral("\" the\", n2"));
        QCOMPARE(merged.edges[1].attributes["attribution"].toDouble(), -0.7);
        CircuitChoice choice;
        choice.merged = false;
        result.head["choice"] = toJson(choice);
        const Dot apart(circuitDot(result, GraphPart::Drawn));
        QCOMPARE(apart.strangers, QStringList());
        QCOMPARE(int(apart.edges.size()), 5);
        QCOMPARE(apart.edges[1].attributes["label"], QStringLiteral("n2"));
    }

    void dotOfTheWholeShowsWhatIsNotKept()
    {
        const Dot dot(circuitDot(test::sampleCircuit(), GraphPart::Whole));
        QCOMPARE(int(dot.edges.size()), 6);
        int dotted = 0;
        for (const DotEdge& edge : dot.edges)
            dotted += edge.attributes.contains("style");
        QCOMPARE(dotted, 2);
    }

    void graphMlIsReadBack()
    {
        const GraphMl graph(circuitGraphMl(test::sampleCircuit(), GraphPart::Whole));
        QCOMPARE(graph.error, QString());
        QCOMPARE(graph.keys["attribution"], QStringLiteral("double"));
        QCOMPARE(graph.labels.values(), (QStringList{"embed", "0", "1", "output"}));
        QCOMPARE(graph.graph["edges_all"], QStringLiteral("6"));
        QCOMPARE(graph.graph["edges_kept"], QStringLiteral("4"));
        QCOMPARE(graph.graph["faithfulness"].toDouble(), 0.2);
        QCOMPARE(int(graph.edges.size()), 6);
        QCOMPARE(graph.edges[0].from, QStringLiteral("embed"));
        QCOMPARE(graph.edges[0].to, QStringLiteral("1"));
        QCOMPARE(graph.edges[0].attributes["attribution"].toDouble(), -0.4);
        QCOMPARE(graph.edges[0].attributes["kept"], QStringLiteral("true"));
        QCOMPARE(graph.edges[5].attributes["kept"], QStringLiteral("false"));
    }

    void graphMlEscapesNames()
    {
        Result result = withOddName();
        result.title = "a < b & \x01 \"c\"";
        const GraphMl graph(circuitGraphMl(result, GraphPart::Drawn));
        QCOMPARE(graph.error, QString());
        QCOMPARE(graph.labels["n1"], QString::fromStdString(oddName));
        QCOMPARE(graph.edges[0].attributes["position"], QStringLiteral("\" the\""));
        QCOMPARE(graph.graph["title"], QStringLiteral("a < b & \uFFFD \"c\""));
        QVERIFY(!graph.graph.contains("faithfulness"));
    }

    void namesThatAreNoUtf8AreRepaired()
    {
        Result result = test::sampleCircuit();
        result.title = "broken \xC3";
        QCOMPARE(GraphMl(circuitGraphMl(result, GraphPart::Drawn)).error, QString());
        QVERIFY(circuitDot(result, GraphPart::Drawn).find("broken \xEF\xBF\xBD") != std::string::npos);
        writeCircuit(result, GraphPart::Drawn, path("broken.json"));
        QVERIFY(Json::accept(read(path("broken.json")).toStdString()));
    }

    void filesAreChosenByTheirEnding()
    {
        const Result result = test::sampleCircuit();
        for (const char* name : {"c.dot", "c.graphml", "c.json"})
            writeCircuit(result, GraphPart::Drawn, path(name));
        QCOMPARE(read(path("c.dot")).toStdString(), circuitDot(result, GraphPart::Drawn));
        QCOMPARE(read(path("c.graphml")).toStdString(), circuitGraphMl(result, GraphPart::Drawn));
        QVERIFY(Json::parse(read(path("c.json")).toStdString()) == circuitJson(result, GraphPart::Drawn));
        VERIFY_REFUSED(writeCircuit(result, GraphPart::Drawn, path("c.gexf")), ErrorCode::Usage, "c.gexf");
        VERIFY_REFUSED(writeCircuit(result, GraphPart::Drawn, path("no/c.dot")), ErrorCode::WriteFailed, "c.dot");
        VERIFY_REFUSED(writeCircuit(test::circuitResult({}, {}), GraphPart::Drawn, path("c.gexf")), ErrorCode::Usage,
                       "c.gexf");
        Result other = result;
        other.kind = "trace";
        VERIFY_REFUSED(writeCircuit(other, GraphPart::Whole, path("c.dot")), ErrorCode::Usage, "no edges");
        QCOMPARE(read(path("c.dot")).toStdString(), circuitDot(result, GraphPart::Drawn));  // as it was
    }

    void resultsAreExportedAsGraphs()
    {
        exportFile(test::sampleCircuit(), path("r.dot"));
        exportFile(test::sampleCircuit(), path("r.graphml"));
        QCOMPARE(read(path("r.dot")).toStdString(), circuitDot(test::sampleCircuit(), GraphPart::Drawn));
        QCOMPARE(GraphMl(read(path("r.graphml")).toStdString()).error, QString());
    }
};

QTEST_APPLESS_MAIN(TestCircuitFile)
#include "tst_circuit_file.moc"
