// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/fact_book.h"

#include <QObject>
#include <QThreadPool>
#include <functional>
#include <memory>

namespace mnemo {

/// What a file, or a folder of them, says.
struct FactFile {
    QString path;  ///< empty: the facts of the program
    std::vector<Relation> relations;
    std::vector<FactProblem> problems;
    FactBook book;  ///< for swaps

    QString name() const;  ///< for lists
    int facts() const;
};
using FactFilePtr = std::shared_ptr<const FactFile>;

/// Reads a file of facts, or a folder of them.
/// @param shownPath what the file says of itself; empty: the facts of the program
/// @throws Failure as readFacts() and readFactFile(), and Damaged when no fact is left;
///         std::filesystem::filesystem_error while a folder is listed
FactFilePtr loadFacts(const QString& path, const QString& shownPath);

/// Reads files of facts on a thread of its own: the window never waits for one, however large. Destroying it waits for
/// the file that is being read.
class FactReader : public QObject
{
    Q_OBJECT

public:
    using Read = std::function<FactFilePtr(const QString& path, const QString& shownPath)>;

    /// @param read on the reader's thread; whatever it throws is said by failed()
    explicit FactReader(Read read = loadFacts, QObject* parent = nullptr);
    ~FactReader() override;

    void readFile(const QString& path);
    void readProgramFacts(const QString& folder);

Q_SIGNALS:
    void fileRead(const mnemo::FactFilePtr& file);
    void failed(const mnemo::Error& error);  ///< there is nothing in it that can be used

private:
    void start(const QString& path, const QString& shownPath);

    Read m_read;
    QThreadPool m_threads;  ///< one: files come in the order in which they were asked for
};

}  // namespace mnemo
