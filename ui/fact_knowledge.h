// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/engine_client.h"
#include "ui/fact_form.h"

#include <QHash>
#include <cstdint>
#include <vector>

namespace mnemo {

/// What the model answers to a fact's prompt.
struct FactAnswer {
    QString token;         ///< the most probable one
    double p = 0;          ///< its probability
    bool strict = false;   ///< it is the object's first token
    bool lenient = false;  ///< it is a beginning of the object, as the authors judge (METHODS.md §1.4)
};

/// How a fact stands with the model that is loaded.
enum class Standing : std::uint8_t { NotAsked, NotKnown, Lenient, Strict };
Standing standingOf(const FactAnswer* answer);  ///< null: not asked

/// A fact as it is asked.
struct FactQuestion {
    QString prompt;  ///< filled
    QString object;

    QString key() const { return prompt + QLatin1Char('\n') + object; }
    bool operator==(const FactQuestion&) const = default;
};

/// Asks the model for facts one after the other, behind whatever else is to be done, and remembers the answers of the
/// model that is loaded, with the prefix that was set last. What cannot be answered is not remembered.
class FactKnowledge : public QObject
{
    Q_OBJECT

public:
    explicit FactKnowledge(EngineClient& engine, QObject* parent = nullptr);

    const FactAnswer* find(const FactQuestion& question) const;  ///< null: not asked yet
    void ask(std::vector<FactQuestion> questions);               ///< instead of those that still wait
    void setPrefix(const QString& prefix);                       ///< of every prompt; another one forgets the answers
    void clear();                                                ///< another model

Q_SIGNALS:
    void answered(const mnemo::FactQuestion& question);
    void idle();     ///< of what was asked, nothing waits any more
    void stopped();  ///< everything was: what waited is not asked

private:
    void next();
    void onJobChanged(JobId ticket, const Event& event);

    EngineClient& m_engine;
    QHash<QString, FactAnswer> m_answers;  ///< by prompt and object
    std::vector<FactQuestion> m_waiting;   ///< the next one last
    FactQuestion m_asked;
    QString m_prefix = FactForm().prefix;
    JobId m_ticket = 0;
};

}  // namespace mnemo
