// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fact_reader.h"

#include "core/data/error.h"

#include <QFileInfo>

namespace mnemo {

FactFilePtr loadFacts(const QString& path, const QString& shownPath)
{
    std::vector<Relation> relations;
    std::vector<FactProblem> problems;
    if (QFileInfo(path).isDir()) {
        FactSet facts = readFacts(path.toStdString());
        relations = std::move(facts.relations);
        problems = std::move(facts.problems);
    } else {
        relations = readFactFile(path.toStdString(), problems);
    }
    std::erase_if(relations, [&](const Relation& relation) {
        if (relation.templates.empty())
            problems.push_back({path.toStdString(), relation.name,
                                FactReader::tr("The relation has no sentence with {} for the subject.").toStdString()});
        return relation.samples.empty() || relation.templates.empty();
    });
    if (relations.empty())
        throw Failure(
            ErrorCode::Damaged,
            FactReader::tr("No facts in %1.").arg(QFileInfo(path).fileName()).toStdString() +
                (problems.empty() ? std::string() : " " + problems.front().message),
            FactReader::tr("Choose a relation or list (.json), JSON lines (.jsonl) or a table with the columns "
                           "template, subject and object (.csv, .tsv).")
                .toStdString());
    FactBook book(relations);
    return std::make_shared<const FactFile>(
        FactFile{shownPath, std::move(relations), std::move(problems), std::move(book)});
}

QString FactFile::name() const
{
    return path.isEmpty() ? FactReader::tr("Facts of the program") : QFileInfo(path).fileName();
}

int FactFile::facts() const
{
    std::size_t count = 0;
    for (const Relation& relation : relations)
        count += relation.samples.size();
    return int(count);
}

FactReader::FactReader(Read read, QObject* parent) : QObject(parent), m_read(std::move(read))
{
    m_threads.setMaxThreadCount(1);
}

FactReader::~FactReader()
{
    m_threads.clear();
    m_threads.waitForDone();
}

void FactReader::readFile(const QString& path)
{
    start(path, path);
}

void FactReader::readProgramFacts(const QString& folder)
{
    start(folder, {});
}

void FactReader::start(const QString& path, const QString& shownPath)
{
    m_threads.start([this, path, shownPath] {
        std::function<void()> tell;
        try {
            tell = [this, file = m_read(path, shownPath)] { Q_EMIT fileRead(file); };
        } catch (const Failure& failure) {
            tell = [this, error = failure.error()] { Q_EMIT failed(error); };
        } catch (const std::bad_alloc&) {
            const QString name = QFileInfo(path).fileName();
            tell = [this, name] {
                Q_EMIT failed({ErrorCode::OutOfMemory,
                               tr("There is not enough memory to read %1.").arg(name).toStdString(),
                               tr("Cut the file into smaller ones.").toStdString()});
            };
        } catch (const std::exception& failure) {  // folders throw while they are listed
            const QString why = QString::fromLocal8Bit(failure.what());
            tell = [this, path, why] {
                Q_EMIT failed({ErrorCode::Unreadable, tr("%1 cannot be read: %2.").arg(path, why).toStdString(),
                               tr("Check the path and its disk.").toStdString()});
            };
        }
        QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
    });
}

}  // namespace mnemo
