// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>

namespace mnemo {

Settings::Settings(const QString& file, bool safeMode)
{
    if (safeMode)
        return;
    QString path = file;
    if (path.isEmpty())
        path = QStandardPaths::writableLocation(QStandardPaths::ConfigLocation) + "/mnemoscope/mnemoscope.ini";
    m_file = std::make_unique<QSettings>(path, QSettings::IniFormat);
}

Settings::~Settings() = default;

QVariant Settings::value(const QString& key, const QVariant& otherwise) const
{
    return m_file ? m_file->value(key, otherwise) : otherwise;
}

void Settings::setValue(const QString& key, const QVariant& value)
{
    if (m_file)
        m_file->setValue(key, value);
}

QString Settings::problem() const
{
    return m_file && (!m_file->isWritable() || m_file->status() != QSettings::NoError) ? complaint() : QString();
}

QString Settings::sync()
{
    if (!m_file)
        return {};
    m_file->sync();
    return m_file->status() == QSettings::NoError ? QString() : complaint();
}

QString Settings::complaint() const
{
    return QCoreApplication::translate("Settings", "The settings cannot be kept: “%1” is not readable and writable.")
        .arg(QDir::toNativeSeparators(path()));
}

QString Settings::path() const
{
    return m_file ? m_file->fileName() : QString();
}

}  // namespace mnemo
