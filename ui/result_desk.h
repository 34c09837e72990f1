// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/schema.h"
#include "ui/result_store.h"

#include <set>

namespace mnemo {

/// Where an experiment over facts keeps its records, so that one that was stopped goes on: a file of the cache folder,
/// the same for the same model and parameters. The number of facts that are wanted does not matter: more begin with the
/// same ones.
QString recordsFile(const std::string& model, const std::string& experiment, const Json& parameters);

/// Starts, stops and resumes experiments that are no traces, and writes what the engine says of them into the store.
class ResultDesk : public JobDesk
{
    Q_OBJECT

public:
    ResultDesk(EngineClient& engine, ResultStore& store, QObject* parent = nullptr);

    /// @param parameters checked by the form; what is missing gets its default
    /// @return the entry's id; 0 when it cannot be run (refused() says why)
    int run(const ExperimentSchema& schema, const Json& parameters);

    /// The same with both models that the engine holds, one after the other; each stands beside the other, and either
    /// may fail by itself. @return the first one's id; 0 as in run()
    int runOnBoth(const ExperimentSchema& schema, const Json& parameters);

    /// The same question as that entry's once more from its beginning, as another entry, to the weights as they are now.
    /// @return its id; 0 when it cannot be run (refused() says why)
    int runAgain(int id);

    /// Once more with the same parameters. What is there stays until there is more; experiments over facts go on from
    /// their records. The one that was begun together with it goes on, too, if it was stopped.
    void resume(int id);
    bool stopBoth(int id);  ///< this one, and the one that was begun together with it; false when there is no job

Q_SIGNALS:
    void refused(const mnemo::Error& error);
    void logged(const QString& line);

protected:
    bool startAnew(int id, const Error& error) override;  ///< once, without records of ours that cannot be used

private:
    int begin(const ExperimentSchema& schema, const Json& parameters, int beside);
    int start(ResultEntry entry);
    void ask(ResultEntry& entry, bool second) const;
    QString recordsOf(const ResultEntry& entry) const;
    Job jobOf(const ResultEntry& entry) const;
    void submitAgain(const ResultEntry& entry);

    ResultStore& m_store;
    std::set<int> m_startedAnew;
};

}  // namespace mnemo
