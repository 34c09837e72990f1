// SPDX-License-Identifier: GPL-3.0-or-later
// The module as a file: for which GPUs it has code, and what it offers. It cannot be opened without NVIDIA's libraries.
#include <QFile>
#include <QProcess>
#include <QTest>

#include <cstring>
#include <set>

namespace {

constexpr std::uint32_t containerMagic = 0xBA55ED50;  // of a fat binary, one per .cu file
constexpr std::uint16_t ptx = 1, machineCode = 2;     // kinds of its entries

template <typename T>
T numberAt(const QByteArray& bytes, qsizetype at)
{
    T number{};
    if (at + qsizetype(sizeof number) <= bytes.size())
        std::memcpy(&number, bytes.constData() + at, sizeof number);
    return number;
}

/// (kind, architecture) of the entries of one container. A container is {u32 magic; u16 version, header size; u64 size
/// behind the header}, an entry {u16 kind, version; u32 header size; u64 size; …; u32 architecture at 28}.
std::set<std::pair<int, int>> entriesOf(const QByteArray& bytes, qsizetype container)
{
    std::set<std::pair<int, int>> entries;
    qsizetype entry = container + numberAt<std::uint16_t>(bytes, container + 6);
    const qsizetype end = entry + qsizetype(numberAt<std::uint64_t>(bytes, container + 8));
    while (entry < end && entry < bytes.size()) {
        entries.insert({numberAt<std::uint16_t>(bytes, entry), numberAt<std::uint32_t>(bytes, entry + 28)});
        entry += qsizetype(numberAt<std::uint32_t>(bytes, entry + 4) + numberAt<std::uint64_t>(bytes, entry + 8));
    }
    return entries;
}

}  // namespace

class TestCudaModule : public QObject
{
    Q_OBJECT
    const QString m_module = QStringLiteral(MNEMO_BIN_DIR "/../lib/libmnemo_cuda.so");

private Q_SLOTS:
    void everyKernelIsThereForEveryGpu()
    {
        QFile file(m_module);
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(m_module));
        const QByteArray bytes = file.readAll(), magic(reinterpret_cast<const char*>(&containerMagic), 4);
        const std::set<std::pair<int, int>> wanted{{ptx, 90}, {machineCode, 80}, {machineCode, 90}};
        int containers = 0;
        for (qsizetype at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 4), ++containers)
            QVERIFY2(entriesOf(bytes, at) == wanted, "an architecture is missing, or one too many");
        QCOMPARE(containers, 4);
    }

    void offersOneSymbolAndNeedsTheGpuLibraries()
    {
        QProcess readelf;
        readelf.start("readelf", {"-W", "-d", "--dyn-syms", m_module});
        QVERIFY2(readelf.waitForFinished(), "readelf (binutils) is needed");
        const QByteArray text = readelf.readAllStandardOutput();
        QVERIFY(text.contains("[libtorch_cuda.so]") && text.contains("[libc10_cuda.so]"));
        QStringList ours;
        for (const QByteArray& line : text.split('\n'))
            if (line.contains("mnemo") && line.contains(" DEFAULT ") && !line.contains(" UND "))
                ours << QString::fromLatin1(line.mid(line.lastIndexOf(' ') + 1));
        QCOMPARE(ours, QStringList{"mnemoCudaKernels"});
    }
};

QTEST_APPLESS_MAIN(TestCudaModule)
#include "tst_cuda_module.moc"
