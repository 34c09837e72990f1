// SPDX-License-Identifier: GPL-3.0-or-later
// The arrows of DESIGN.md §2, read off the #include lines: a folder may include itself and what its row names.
#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>

namespace {

const QString root = QStringLiteral(MNEMO_SOURCE_DIR);

struct Folder {
    QString path;
    QStringList mayInclude;  ///< besides itself
    bool qt = false;
    bool torch = false;
};

const QList<Folder> folders{
    {"core/data", {}},
    {"core/io", {"core/data"}},
    {"core/jobs", {"core/data"}},
    {"core/engine", {"core/data", "core/io"}, false, true},
    {"core/experiments", {"core/data", "core/io", "core/engine"}, false, true},
    {"models/training", {"core/data", "core/io", "core/engine", "core/experiments", "models"}, false, true},
    {"models", {"core/data", "core/io", "core/engine"}, false, true},
    {"widgets", {"core/data"}, true},
    {"ui", {"core/data", "core/io", "core/jobs", "widgets"}, true},
    {"app/mnemoscope", {"core/data", "core/io", "core/jobs", "widgets", "ui"}, true},
    {"app/mnemo", {"core/data", "core/io", "core/jobs", "core/engine", "core/experiments", "models"}, false, true},
};

QStringList sources(const QString& folder)
{
    QStringList files;
    QDirIterator it(root + "/" + folder, {"*.h", "*.cpp", "*.cu"}, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext())
        files << it.next();
    for (const Folder& inner : folders)  // has rules of its own
        if (inner.path.startsWith(folder + "/"))
            files.removeIf([&](const QString& file) { return file.startsWith(root + "/" + inner.path + "/"); });
    return files;
}

QStringList includesOf(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    static const QRegularExpression line("^\\s*#\\s*include\\s*[<\"]([^>\"]+)[>\"]",
                                         QRegularExpression::MultilineOption);
    QStringList found;
    auto matches = line.globalMatch(QString::fromUtf8(file.readAll()));
    while (matches.hasNext())
        found << matches.next().captured(1);
    return found;
}

bool isQt(const QString& include)
{
    static const QRegularExpression qt("^(Q[A-Z]\\w*|Qt\\w*/.*|qcustomplot\\.h)$");
    return qt.match(include).hasMatch();
}

bool isTorch(const QString& include)
{
    static const QRegularExpression torch("^(torch|ATen|c10|caffe2)/");
    return torch.match(include).hasMatch();
}

}  // namespace

class TestLayering : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void includesFollowTheArrows_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < folders.size(); ++i)
            QTest::newRow(qPrintable(folders[i].path)) << i;
    }
    void includesFollowTheArrows()
    {
        QFETCH(int, index);
        const Folder& folder = folders[index];
        const QStringList files = sources(folder.path);
        QVERIFY2(!files.isEmpty(), "nothing was looked at");
        for (const QString& file : files)
            for (const QString& include : includesOf(file))
                QVERIFY2(allowed(folder, include), qPrintable(file + " includes " + include));
    }

    void nobodyIncludesTheWholeOfTorch()
    {
        for (const Folder& folder : folders)
            for (const QString& file : sources(folder.path))
                QVERIFY2(!includesOf(file).contains("torch/torch.h"), qPrintable(file));
    }

    /// The window starts fast and survives the engine because it loads none of the engine's libraries.
    void theWindowLinksNoTorchAndNoIcu()
    {
        const QString window = QStringLiteral(MNEMO_BIN_DIR "/mnemoscope");
        if (!QFile::exists(window))
            QSKIP("this build has no window (MNEMO_WINDOW=OFF)");
        QProcess readelf;
        readelf.start("readelf", {"-d", window});
        QVERIFY2(readelf.waitForFinished(), "readelf (binutils) is needed");
        QString needed;  // the RUNPATH may well name a folder with "torch" in it
        for (const QByteArray& line : readelf.readAllStandardOutput().split('\n'))
            if (line.contains("NEEDED"))
                needed += QString::fromUtf8(line);
        QVERIFY(needed.contains("libQt6Widgets"));
        for (const char* library : {"torch", "libc10", "libicu", "sentencepiece"})
            QVERIFY2(!needed.contains(library), library);
    }

private:
    static bool allowed(const Folder& folder, const QString& include)
    {
        if (isQt(include))
            return folder.qt;
        if (isTorch(include))
            return folder.torch;
        for (const Folder& other : folders)
            if (include.startsWith(other.path + "/"))
                return other.path == folder.path || folder.mayInclude.contains(other.path);
        return true;
    }
};

QTEST_APPLESS_MAIN(TestLayering)
#include "tst_layering.moc"
