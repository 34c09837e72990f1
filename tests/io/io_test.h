// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "tests/support/refusal.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <string>

/// What the tests of files share.
namespace io_test {

inline std::filesystem::path writeFile(const QTemporaryDir& folder, const QString& name, const std::string& bytes)
{
    const QString path = folder.filePath(name);
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes.data(), qint64(bytes.size())) != qint64(bytes.size()))
        qFatal("cannot write %s", qPrintable(path));
    return path.toStdString();
}

inline std::string readFile(const std::filesystem::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string("(cannot be read)");
}

/// The header's length in front of the header and the data.
inline std::string safetensorsBytes(const std::string& header, const std::string& data)
{
    std::string bytes(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        bytes[i] = char((header.size() >> (8 * i)) & 0xFF);
    return bytes + header + data;
}

}  // namespace io_test
