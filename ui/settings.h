// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <QVariant>
#include <memory>

class QSettings;

namespace mnemo {

/// The ini file of the window. Reads and writes never fail: what cannot be written is said once by problem().
class Settings
{
public:
    /// @param file another file than the user's own, or empty
    /// @param safeMode neither read nor write
    explicit Settings(const QString& file = {}, bool safeMode = false);
    ~Settings();

    QVariant value(const QString& key, const QVariant& otherwise = {}) const;
    void setValue(const QString& key, const QVariant& value);

    /// A sentence for the user when nothing can be kept, known without writing; else empty.
    QString problem() const;

    /// Writes now. A sentence for the log when the file cannot be written, else empty.
    QString sync();
    QString path() const;

private:
    QString complaint() const;

    std::unique_ptr<QSettings> m_file;  ///< null in safe mode
};

}  // namespace mnemo
