// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QTest>

#include "tests/support/child.h"
#include "ui/main_window.h"
#include "widgets/heatmap.h"

#include <QTemporaryDir>
#include <memory>

namespace mnemo::test {

constexpr int patienceMs = 30'000;  // never a speed test: long enough for a loaded machine

/// A real window with the real engine, settings in a folder of its own, and hands to use it with.
class WindowFixture
{
public:
    WindowFixture();

    std::unique_ptr<MainWindow> open(const QString& configFile = {}) const;

    /// One that keeps what is not saved in a folder of the fixture.
    std::unique_ptr<MainWindow> openKeeping() const;
    QString stateFolder() const { return path("autosave"); }

    QString path(const QString& name) const { return m_folder.filePath(name); }

    /// The document that a line of the command line writes; null where it fails, which is printed.
    Json documentOf(const QString& line) const;

private:
    std::unique_ptr<MainWindow> open(const QString& configFile, const QString& stateFolder) const;

    QTemporaryDir m_folder;
};

/// Replaces the text of a field, key by key.
void type(QWidget* field, const QString& text);

/// Prompt, subject and swap, typed by hand.
void typeFact(MainWindow& window, const QString& prompt, const QString& subject, const QString& swap);

Heatmap* map(const MainWindow& window, const std::string& site);
void clickCell(const MainWindow& window, const std::string& site, Cell cell);

/// As if dragged there from a file manager. @return whether the window takes it
bool drop(MainWindow& window, const QString& file);

const Trace* finished(MainWindow& window);                                       ///< the current trace; null until done
double value(const Trace& trace, const std::string& array, int layer, int pos);  ///< NaN where it has none
QString message(const MainWindow& window);  ///< of the message bar; empty when hidden

/// The first difference between two results' arrays, to the last bit; empty when there is none.
QString difference(const Result& a, const Result& b);

/// The same of two documents, but for their provenance and for numbers that are as good as equal.
QString difference(const Json& a, const Json& b, const QString& where = {});

}  // namespace mnemo::test
