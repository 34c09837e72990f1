// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"

#include <QFrame>
#include <QHash>

class QLabel;
class QPushButton;
class QHBoxLayout;

namespace mnemo {

/// One line above the work: what happened, why, what to do next. Never blocks. A newer message replaces the older one.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    enum class Kind { Information, Warning, Failure };

    /// @param explanations by error code: shown under Details
    explicit MessageBar(QHash<QString, QString> explanations = {}, QWidget* parent = nullptr);

    /// @param topic what it is about; hide(topic) takes it away once that is settled
    void show(Kind kind, const QString& topic, const QString& text, const QString& details = {});
    void show(const QString& topic, const Error& error);
    void addButton(const QString& text, const QString& action);  ///< for the message shown now
    void clear(const QString& topic);
    QString text() const;
    QString topic() const { return m_topic; }
    Kind kind() const { return m_kind; }

Q_SIGNALS:
    void actionChosen(const QString& action);
    void shown(const QString& text);
    void dismissed(const QString& topic);  ///< by the user, with its button

protected:
    void changeEvent(QEvent* event) override;

private:
    void restyle();
    void toggleDetails();

    QLabel* m_icon;
    QLabel* m_text;
    QLabel* m_details;
    QPushButton* m_more;
    QPushButton* m_close;
    QHBoxLayout* m_buttons;
    QHash<QString, QString> m_explanations;
    Kind m_kind = Kind::Information;
    QString m_topic;
    bool m_restyling = false;
};

/// The paragraphs of resources/errors.json; empty when the file cannot be read.
QHash<QString, QString> loadExplanations(const QString& file);

}  // namespace mnemo
