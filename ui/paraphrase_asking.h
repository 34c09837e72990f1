// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/engine_client.h"
#include "ui/paraphrase_rows.h"

#include <QObject>

namespace mnemo {

/// Asks the model for sentences without and with the edits that are on: those that are seen first, then the others,
/// then, behind whatever else is to be done, how it goes on with each.
class ParaphraseAsking : public QObject
{
    Q_OBJECT

public:
    explicit ParaphraseAsking(EngineClient& engine, QObject* parent = nullptr);

    /// Instead of what is asked still. @param order rows of `prompts`; @param seen how many of them come first
    void ask(const EditedFact& fact, const QStringList& prompts, std::vector<int> order, int seen);
    void stop();
    bool isBusy() const { return m_ticket != 0; }

Q_SIGNALS:
    void answered(const QString& prompt, const mnemo::RowAnswer& before, const mnemo::RowAnswer& after);
    void refused(const QString& prompt, const mnemo::Error& error);

private:
    struct Batch {
        QStringList prompts;
        int tokens = 0;  ///< of the continuation
        JobClass jobClass = JobClass::Visible;
    };

    void add(const QStringList& prompts, int size, const Batch& like);
    void next();
    void onLast(const Event& event);
    void onFailed(const Error& error);

    EngineClient& m_engine;
    EditedFact m_fact;
    std::vector<Batch> m_waiting;  ///< the next one last
    Batch m_asked;
    JobId m_ticket = 0;
};

}  // namespace mnemo
