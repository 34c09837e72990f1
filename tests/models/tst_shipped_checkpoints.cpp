// SPDX-License-Identifier: GPL-3.0-or-later
// The checkpoints that ship are the files their cards speak of, and give the logits that transformers gives
// (tests/fixtures/make_shipped.py).
#include <QTest>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include "core/engine/plain_pass.h"
#include "core/io/sha256.h"
#include "core/io/strict_json.h"
#include "models/table.h"
#include "tests/io/io_test.h"

using namespace mnemo;

namespace {

const std::filesystem::path checkpoints = MNEMO_RESOURCES "/checkpoints";

at::Tensor lastLogits(const LanguageModel& model, const std::vector<std::int64_t>& ids)
{
    const at::NoGradGuard noGrad;
    return plainLogits(model, at::tensor(ids, at::kLong), {int(ids.size())})[-1].to(at::kDouble);
}

}  // namespace

class TestShippedCheckpoints : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void names_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"mnemo-mamba", "mnemo-pythia"})
            QTest::newRow(name) << name;
    }

    void filesAreThoseThatWereChecked_data() { names_data(); }
    void filesAreThoseThatWereChecked()
    {
        QFETCH(QString, name);
        const std::filesystem::path folder = checkpoints / name.toStdString();
        std::uintmax_t bytes = 0;
        const SortedJson hashes = golden(name)["sha256"];
        for (const auto& [file, hash] : hashes.items()) {
            QCOMPARE(QString::fromStdString(sha256(io_test::readFile(folder / file))), QString::fromStdString(hash));
            bytes += std::filesystem::file_size(folder / file);
        }
        QVERIFY(bytes < 16'000'000);
    }

    void logitsAreThoseOfTransformers_data() { names_data(); }
    void logitsAreThoseOfTransformers()
    {
        QFETCH(QString, name);
        SilentReporter silent;
        const LoadedModel loaded =
            loadCheckpoint(checkpoints / name.toStdString(), {"cpu", "f32"}, builtInArchitectures(), silent);
        const SortedJson prompts = golden(name)["prompts"];
        QVERIFY(prompts.size() >= 10);
        for (const SortedJson& prompt : prompts) {
            const auto ids = prompt["ids"].get<std::vector<std::int64_t>>();
            const std::vector<Token> tokens = loaded.tokenizer->encode(prompt["prompt"].get<std::string>());
            QCOMPARE(tokens.size(), ids.size());
            for (std::size_t i = 0; i < ids.size(); ++i)
                QCOMPARE(std::int64_t(tokens[i].id), ids[i]);
            const at::Tensor logits_V = lastLogits(*loaded.model, ids);
            const auto top = prompt["top"].get<std::vector<std::int64_t>>();
            const auto expected = prompt["logits"].get<std::vector<double>>();
            for (std::size_t i = 0; i < top.size(); ++i)
                QVERIFY(std::abs(logits_V[top[i]].item<double>() - expected[i]) < 1e-4);
            QVERIFY(std::abs(logits_V.mean().item<double>() - prompt["mean"].get<double>()) < 1e-4);
            QVERIFY(std::abs(logits_V.logsumexp(0).item<double>() - prompt["log_sum_exp"].get<double>()) < 1e-4);
        }
    }

private:
    static SortedJson golden(const QString& name)
    {
        return readJsonFile(std::filesystem::path(MNEMO_TEST_FIXTURES) / "shipped" / (name.toStdString() + ".json"));
    }
};

QTEST_MAIN(TestShippedCheckpoints)
#include "tst_shipped_checkpoints.moc"
