// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"

#include "tests/io/io_test.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace mnemo;
using io_test::safetensorsBytes;
using io_test::writeFile;

namespace {

std::string floats(std::initializer_list<float> values)
{
    std::string bytes(values.size() * 4, '\0');
    std::memcpy(bytes.data(), std::data(values), bytes.size());
    return bytes;
}

}  // namespace

class TestSafetensors : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsTensorsAndMetadata()
    {
        const std::string header =
            R"({"__metadata__":{"who":"me"},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},)"
            R"("a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"none":{"dtype":"I64","shape":[3,0],"data_offsets":[4,4]}}   )";
        const SafetensorsFile file(writeFile(m_folder, "f", safetensorsBytes(header, floats({1, 2, 3}))));
        QCOMPARE(file.tensors().size(), std::size_t(3));
        QCOMPARE(file.metadata().at("who"), std::string("me"));
        QCOMPARE(toFloats(*file.find("b")), (std::vector<float>{2, 3}));
        QCOMPARE(toFloats(*file.find("a")), (std::vector<float>{1}));
        QCOMPARE(file.find("none")->shape, (std::vector<std::int64_t>{3, 0}));
        QVERIFY(!file.find("c"));
    }

    void halvesComeBack()
    {
        for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {  // every number there is
            const auto half = std::uint16_t(bits);
            if (!std::isnan(floatFromF16(half)))
                QCOMPARE(f16FromFloat(floatFromF16(half)), half);
            if (!std::isnan(floatFromBF16(half)))
                QCOMPARE(bf16FromFloat(floatFromBF16(half)), half);
        }
        QVERIFY(std::isnan(floatFromF16(f16FromFloat(std::nanf("")))));
        QVERIFY(std::isnan(floatFromBF16(bf16FromFloat(std::nanf("")))));
    }

    /// To the nearest; ties to the even neighbour; beyond the largest to infinity.
    void halvesAreRounded()
    {
        QCOMPARE(floatFromF16(f16FromFloat(1 + 0x1p-11F)), 1.0F);
        QCOMPARE(floatFromF16(f16FromFloat(1 + 0x3p-11F)), 1 + 0x1p-9F);
        QCOMPARE(floatFromF16(f16FromFloat(std::nextafter(1 + 0x1p-11F, 2.0F))), 1 + 0x1p-10F);
        QCOMPARE(floatFromF16(f16FromFloat(0x1p-25F)), 0.0F);
        QCOMPARE(floatFromF16(f16FromFloat(0x1.8p-25F)), 0x1p-24F);
        QCOMPARE(floatFromF16(f16FromFloat(-65519.0F)), -65504.0F);
        QVERIFY(std::isinf(floatFromF16(f16FromFloat(65520.0F))));
        QCOMPARE(floatFromBF16(bf16FromFloat(1 + 0x1p-8F)), 1.0F);
        QCOMPARE(floatFromBF16(bf16FromFloat(1 + 0x3p-8F)), 1 + 0x1p-6F);
        QVERIFY(std::isinf(floatFromBF16(bf16FromFloat(std::numeric_limits<float>::max()))));
        const std::vector<float> values{1, -2};
        QCOMPARE(fromFloats(values, Dtype::F32).size(), std::size_t(8));
        QCOMPARE(fromFloats(values, Dtype::F16).size(), std::size_t(4));
        VERIFY_REFUSED(fromFloats(values, Dtype::I64), ErrorCode::UnsupportedModel, "I64");
    }

    /// A header of odd length: the numbers are read whatever their alignment.
    void readsUnalignedData()
    {
        std::string header = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
        for (int padding = 0; padding < 8; ++padding, header += ' ') {
            const SafetensorsFile file(writeFile(m_folder, "f", safetensorsBytes(header, floats({1.5F, -2}))));
            QCOMPARE(toFloats(*file.find("a")), (std::vector<float>{1.5F, -2}));
        }
    }

    void refusesHostileHeaders_data()
    {
        QTest::addColumn<QString>("header");
        QTest::addColumn<int>("bytes");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const char* header, int bytes, const char* words) {
            QTest::newRow(name) << header << bytes << words;
        };
        const auto one = [&](const char* name, const char* inner, int bytes, const char* words) {
            QTest::newRow(name) << QString("{\"a\":{%1}}").arg(inner) << bytes << words;
        };
        row("empty", "", 0, "start with {");
        row("a list", "[]", 0, "start with {");
        row("a space first", " {}", 0, "start with {");
        row("cut JSON", "{\"a\":", 0, "JSON");
        row("two documents", "{}{}", 0, "JSON");
        row("a NaN", "{\"a\":NaN}", 0, "JSON");
        row("a tensor that is a number", "{\"a\":3}", 0, "\"a\"");
        row("bytes without tensors", "{}", 4, "follow the last tensor");
        row("the same tensor twice",
            R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
            1, "occurs twice");
        row("the same key twice in a tensor", R"({"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
            1, "occurs twice");
        row("metadata of numbers", R"({"__metadata__":{"a":1}})", 0, "not a text");
        row("metadata in a list", R"({"__metadata__":["a"]})", 0, "__metadata__");
        one("no type", R"("shape":[1],"data_offsets":[0,1],"x":1)", 1, "dtype");
        one("a further key", R"("dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1)", 1, "described by");
        one("unknown type", R"("dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1])", 1, "F8_E4M3");
        one("type as number", R"("dtype":8,"shape":[1],"data_offsets":[0,1])", 1, "unknown type");
        one("negative extent", R"("dtype":"U8","shape":[-1],"data_offsets":[0,1])", 1, "-1");
        one("broken extent", R"("dtype":"U8","shape":[1.5],"data_offsets":[0,1])", 1, "1.5");
        one("extent as text", R"("dtype":"U8","shape":["1"],"data_offsets":[0,1])", 1, "no size");
        one("shape as number", R"("dtype":"U8","shape":1,"data_offsets":[0,1])", 1, "not a list");
        one("overflow to 0", R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0])", 0, "larger");
        one("overflow to 4", R"("dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4])", 4, "larger");
        one("overflow before a zero", R"("dtype":"F32","shape":[9223372036854775807,4,0],"data_offsets":[0,0])", 0,
            "larger");
        one("beyond 64 bits", R"("dtype":"U8","shape":[18446744073709551616],"data_offsets":[0,1])", 1, "no size");
        one("size and shape differ", R"("dtype":"F32","shape":[2],"data_offsets":[0,4])", 4, "needs 8 bytes");
        one("offsets turned round", R"("dtype":"U8","shape":[1],"data_offsets":[1,0])", 1, "ends before");
        one("beyond the file", R"("dtype":"U8","shape":[2],"data_offsets":[0,2])", 1, "of 1");
        one("far beyond the file",
            R"("dtype":"U8","shape":[1],"data_offsets":[18446744073709551614,18446744073709551615])", 1,
            "ends at byte");
        one("negative offset", R"("dtype":"U8","shape":[1],"data_offsets":[-1,0])", 1, "two positions");
        one("three offsets", R"("dtype":"U8","shape":[1],"data_offsets":[0,1,2])", 1, "two positions");
        one("a hole at the start", R"("dtype":"U8","shape":[1],"data_offsets":[1,2])", 2, "no tensor holds");
        one("trailing bytes", R"("dtype":"U8","shape":[1],"data_offsets":[0,1])", 3, "2 bytes follow");
        row("overlap",
            R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
            3, "overlaps");
        row("one tensor within another",
            R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
            3, "overlaps");
        row("a hole between",
            R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
            3, "no tensor holds");
    }
    void refusesHostileHeaders()
    {
        QFETCH(QString, header);
        QFETCH(int, bytes);
        QFETCH(QString, words);
        const auto path = writeFile(m_folder, "hostile",
                                    safetensorsBytes(header.toStdString(), std::string(std::size_t(bytes), 'x')));
        VERIFY_REFUSED(SafetensorsFile(path), ErrorCode::Damaged, words.toStdString());
        VERIFY_REFUSED(SafetensorsFile(path), ErrorCode::Damaged, "hostile");
    }

    void refusesInvalidUtf8AndDeepNesting()
    {
        VERIFY_REFUSED(SafetensorsFile(writeFile(m_folder, "f", safetensorsBytes("{\"\xFF\":1}", ""))),
                       ErrorCode::Damaged, "JSON");
        std::string deep = "{\"a\":";
        deep += std::string(100000, '[') + std::string(100000, ']') + "}";
        VERIFY_REFUSED(SafetensorsFile(writeFile(m_folder, "f", safetensorsBytes(deep, ""))), ErrorCode::Damaged,
                       "deep");
    }

    void refusesWrongHeaderLengths()
    {
        const auto with = [&](std::uint64_t length) {
            std::string bytes(8, '\0');
            std::memcpy(bytes.data(), &length, 8);
            return writeFile(m_folder, "f", bytes + "{}");
        };
        QCOMPARE(SafetensorsFile(with(2)).tensors().size(), std::size_t(0));
        VERIFY_REFUSED(SafetensorsFile(with(3)), ErrorCode::Damaged, "longer than the file");
        VERIFY_REFUSED(SafetensorsFile(with(100'000'001)), ErrorCode::Damaged, "at most");
        VERIFY_REFUSED(SafetensorsFile(with(~std::uint64_t(0))), ErrorCode::Damaged, "at most");
        VERIFY_REFUSED(SafetensorsFile(with(2), 1), ErrorCode::Damaged, "at most 1");
    }

    /// A file cut anywhere is refused; nothing reads past its end.
    void refusesEveryTruncation()
    {
        const std::string whole = safetensorsBytes(
            R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}})",
            std::string(11, 'x'));
        QCOMPARE(SafetensorsFile(writeFile(m_folder, "f", whole)).tensors().size(), std::size_t(2));
        for (std::size_t length = 0; length < whole.size(); ++length)
            VERIFY_REFUSED(SafetensorsFile(writeFile(m_folder, "f", whole.substr(0, length))), ErrorCode::Damaged, "f");
    }

    /// Every single changed byte either is refused or leaves views inside the file.
    void survivesEveryChangedByte()
    {
        const std::string whole = safetensorsBytes(
            R"({"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}})",
            std::string(11, 'x'));
        int refused = 0;
        for (std::size_t at = 0; at < whole.size() - 11; ++at)
            for (const char byte : {'\0', '9', '"', '}', '\xFF'}) {
                std::string changed = whole;
                changed[at] = byte;
                const auto path = writeFile(m_folder, "f", changed);
                try {
                    const SafetensorsFile file(path);
                    for (const TensorView& tensor : file.tensors())
                        QVERIFY(tensor.bytes.size() <= changed.size());
                } catch (const Failure& failure) {
                    QCOMPARE(int(failure.error().code), int(ErrorCode::Damaged));
                    ++refused;
                }
            }
        QVERIFY(refused > 100);
    }

    void missingAndOddFiles()
    {
        const std::filesystem::path folder = m_folder.path().toStdString();
        VERIFY_REFUSED(SafetensorsFile(folder / "absent"), ErrorCode::NotFound, "absent");
        VERIFY_REFUSED(SafetensorsFile(folder), ErrorCode::Unreadable, "not a file");
        VERIFY_REFUSED(SafetensorsFile("/dev/zero"), ErrorCode::Unreadable, "not a file");
    }

    void writesWhatItReads()
    {
        const std::vector<double> wide{1.25, -3, std::numeric_limits<double>::quiet_NaN(),
                                       std::numeric_limits<double>::infinity()};
        const std::vector<std::uint8_t> narrow{1, 2, 255};
        const std::filesystem::path path = m_folder.filePath("written").toStdString();
        const std::vector<TensorView> tensors{{"z", Dtype::U8, {3}, std::as_bytes(std::span(narrow))},
                                              {"ä/b", Dtype::F64, {2, 2}, std::as_bytes(std::span(wide))},
                                              {"empty", Dtype::F32, {0, 4}, {}}};
        writeSafetensors(path, tensors, {{"k", "v\"\n"}});
        const std::string first = io_test::readFile(path);
        QCOMPARE((8 + std::uint64_t(static_cast<unsigned char>(first[0]))) % 8, std::uint64_t(0));
        const SafetensorsFile file(path);
        QCOMPARE(file.metadata().at("k"), std::string("v\"\n"));
        QVERIFY(std::memcmp(file.find("ä/b")->bytes.data(), wide.data(), 32) == 0);
        QVERIFY(std::memcmp(file.find("z")->bytes.data(), narrow.data(), 3) == 0);
        QCOMPARE(file.find("empty")->size(), std::int64_t(0));
        writeSafetensors(path, tensors, {{"k", "v\"\n"}});
        QCOMPARE(io_test::readFile(path), first);
    }

    void refusesToWriteNonsense()
    {
        const std::filesystem::path path = m_folder.filePath("nonsense").toStdString();
        const std::string bytes(4, 'x');
        const auto view = std::as_bytes(std::span(bytes));
        VERIFY_REFUSED(writeSafetensors(path, {{"a", Dtype::F32, {2}, view}}), ErrorCode::Internal, "bytes");
        VERIFY_REFUSED(writeSafetensors(path, {{"a", Dtype::F32, {1}, view}, {"a", Dtype::F32, {1}, view}}),
                       ErrorCode::Internal, "named a");
        QVERIFY(!std::filesystem::exists(path));
    }

    /// All 65,536 half floats against the definition.
    void halfFloatsAreExact()
    {
        for (unsigned bits = 0; bits < 65536; ++bits) {
            const double sign = bits & 0x8000 ? -1 : 1;
            const int exponent = int(bits >> 10) & 31;
            const int mantissa = int(bits & 1023);
            const float value = floatFromF16(std::uint16_t(bits));
            if (exponent == 31) {
                QVERIFY(mantissa ? std::isnan(value) : std::isinf(value) && (value > 0) == (sign > 0));
                continue;
            }
            const double expected = exponent ? std::ldexp(1024 + mantissa, exponent - 25) : std::ldexp(mantissa, -24);
            QVERIFY(double(value) == sign * expected && std::signbit(value) == (sign < 0));
        }
        QCOMPARE(floatFromBF16(0x3FC0), 1.5F);
        QCOMPARE(floatFromBF16(0xC000), -2.F);
    }

    void integersAreNotWeights()
    {
        const std::string bytes(4, '\0');
        const TensorView tensor{"steps", Dtype::I32, {1}, std::as_bytes(std::span(bytes))};
        VERIFY_REFUSED(toFloats(tensor), ErrorCode::UnsupportedModel, "I32");
    }

private:
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
