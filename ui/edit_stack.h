// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/edit_file.h"
#include "ui/edit_refs.h"
#include "ui/history.h"

#include <QObject>
#include <QString>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace mnemo {

/// Names the weights that a model has with these edits on: its own hash while they change nothing.
std::string weightsHash(const std::string& model, const EditRefs& active);

/// An edit and how strongly it is on.
struct StackedEdit {
    std::shared_ptr<const Edit> edit;
    ResultPtr made;  ///< the search that it is the result of; of a delta, without its curves
    bool on = true;
    double alpha = 1;

    std::string model() const;  ///< hash
    bool operator==(const StackedEdit&) const = default;
};

StackedEdit stackedEdit(const ResultPtr& rome);     ///< @throws Failure as editOf()
StackedEdit stackedEdit(const QString& deltaFile);  ///< @throws Failure as readRome()

/// "Space Needle → Rome"
QString nameOf(const Edit& edit);

/// The edits of the window in the order they were made, of any models, each beside its base weight. An edit that was
/// computed on top of others is stale as soon as those are not what they were. Every change but the switch between base
/// and edited weights can be undone.
class EditStack : public QObject
{
    Q_OBJECT

public:
    explicit EditStack(History& history, QObject* parent = nullptr);

    const std::vector<StackedEdit>& edits() const { return m_edits; }
    const StackedEdit& at(int index) const { return m_edits.at(std::size_t(index)); }
    bool has(int index) const { return index >= 0 && index < int(m_edits.size()); }
    bool showsBase() const { return m_showsBase; }

    int push(StackedEdit edit);  ///< shows the edited weights; one that is there already is switched on. @return where
    void restore(const std::vector<StackedEdit>& edits);  ///< a session's: added, or as strong as they were there
    void replace(int index, StackedEdit edit);  ///< the same edit computed anew: it keeps its place and its strength
    void remove(int index);
    void move(int from, int to);  ///< those between make room
    void setOn(int index, bool on);
    void setAlpha(int index, double alpha);  ///< in one go with the one before it, for undoing
    void setShowsBase(bool base);            ///< no edit is active while it is so

    EditRefs active(const std::string& model) const;  ///< without those of strength 0
    std::map<std::string, EditRefs> active() const;   ///< by the hash of the model; only models with some
    EditRefs below(int index) const;                  ///< what is on under it, whichever weights are shown
    bool isStale(int index) const;                    ///< it was computed on top of something else

    void noteFile(int index, const QString& delta);  ///< the edit was saved there
    QString fileOf(const std::string& hash) const;   ///< where an edit was last saved or loaded; empty: nowhere

Q_SIGNALS:
    void changed();

private:
    void change(const QString& text, std::vector<StackedEdit> edits, const QString& merge = {});
    void set(std::vector<StackedEdit> edits);
    QString nameAt(int index) const { return nameOf(*at(index).edit); }

    std::vector<StackedEdit> m_edits;
    std::map<std::string, QString> m_files;  ///< by the edit's hash, also of those that are gone
    bool m_showsBase = false;
    History& m_history;
};

}  // namespace mnemo
