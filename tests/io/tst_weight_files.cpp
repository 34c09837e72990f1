// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/weight_files.h"

#include "tests/io/io_test.h"

using namespace mnemo;
using io_test::writeFile;

class TestWeightFiles : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsTheShippedCheckpoints_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<qint64>("parameters");
        QTest::newRow("mamba") << "mnemo-mamba"
                               << "backbone.layers.11.mixer.A_log" << qint64(3980736);
        QTest::newRow("pythia") << "mnemo-pythia"
                                << "gpt_neox.layers.9.mlp.dense_4h_to_h.weight" << qint64(6369024);
    }
    void readsTheShippedCheckpoints()
    {
        QFETCH(QString, name);
        QFETCH(QString, tensor);
        QFETCH(qint64, parameters);
        const WeightFiles weights((QStringLiteral(MNEMO_RESOURCES "/checkpoints/") + name).toStdString());
        QVERIFY(weights.find(tensor.toStdString()));
        QCOMPARE(qint64(weights.bytes()), 2 * parameters);
        for (const std::string& each : weights.names())
            for (const float value : toFloats(weights.get(each)))
                QVERIFY2(std::isfinite(value), each.c_str());
        VERIFY_REFUSED(weights.get("no.such.tensor"), ErrorCode::Damaged, "no.such.tensor");
    }

    void readsShards()
    {
        QTemporaryDir folder;
        shard(folder, "one.safetensors", "a");
        shard(folder, "two.safetensors", "b");
        index(folder, R"({"a":"one.safetensors","b":"two.safetensors"})");
        const WeightFiles weights(folder.path().toStdString());
        QCOMPARE(weights.names(), (std::vector<std::string>{"a", "b"}));
        QCOMPARE(toFloats(weights.get("b")).size(), std::size_t(1));
        QCOMPARE(weights.files().size(), std::size_t(2));
    }

    void refusesBadIndexes_data()
    {
        QTest::addColumn<QString>("map");
        QTest::addColumn<QString>("words");
        QTest::newRow("missing shard") << R"({"a":"one.safetensors","b":"three.safetensors"})"
                                       << "three.safetensors";
        QTest::newRow("tensor in another shard") << R"({"b":"one.safetensors"})"
                                                 << "\"b\"";
        QTest::newRow("parent folder") << R"({"a":"../x"})"
                                       << "../x";
        QTest::newRow("absolute") << R"({"a":"/etc/passwd"})"
                                  << "/etc/passwd";
        QTest::newRow("the folder itself") << R"({"a":".."})"
                                           << "no file of this folder";
        QTest::newRow("empty") << R"({"a":""})"
                               << "no file of this folder";
        QTest::newRow("a number") << R"({"a":1})"
                                  << "no file of this folder";
        QTest::newRow("a list") << R"([])"
                                << "weight_map";
    }
    void refusesBadIndexes()
    {
        QFETCH(QString, map);
        QFETCH(QString, words);
        QTemporaryDir folder;
        shard(folder, "one.safetensors", "a");
        index(folder, map.toStdString());
        VERIFY_REFUSED(WeightFiles(folder.path().toStdString()), ErrorCode::Damaged, words.toStdString());
    }

    void saysWhatIsMissing()
    {
        QTemporaryDir folder;
        VERIFY_REFUSED(WeightFiles(folder.path().toStdString()), ErrorCode::NotFound, "model.safetensors");
        writeFile(folder, "pytorch_model.bin", "x");
        VERIFY_REFUSED(WeightFiles(folder.path().toStdString()), ErrorCode::UnsupportedModel, "pickled");
    }

private:
    static void shard(const QTemporaryDir& folder, const QString& name, const std::string& tensor)
    {
        // No raw strings here: Qt's moc takes an unpaired quote in them for the end of the class.
        const std::string header = "{\"" + tensor + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        writeFile(folder, name, io_test::safetensorsBytes(header, std::string(4, '\0')));
    }
    static void index(const QTemporaryDir& folder, const std::string& map)
    {
        writeFile(folder, "model.safetensors.index.json", "{\"weight_map\":" + map + "}");
    }
};

QTEST_APPLESS_MAIN(TestWeightFiles)
#include "tst_weight_files.moc"
