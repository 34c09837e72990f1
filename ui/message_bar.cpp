// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/message_bar.h"

#include "widgets/colour_map.h"

#include <QEvent>
#include <QFile>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>
#include <utility>

namespace mnemo {

QHash<QString, QString> loadExplanations(const QString& file)
{
    QFile in(file);
    if (!in.open(QIODevice::ReadOnly))
        return {};
    QHash<QString, QString> explanations;
    const QJsonObject entries = QJsonDocument::fromJson(in.readAll()).object();
    for (auto it = entries.begin(); it != entries.end(); ++it)
        explanations.insert(it.key(), it->toString());
    return explanations;
}

MessageBar::MessageBar(QHash<QString, QString> explanations, QWidget* parent)
    : QFrame(parent),
      m_icon(new QLabel(this)),
      m_text(new QLabel(this)),
      m_details(new QLabel(this)),
      m_more(new QPushButton(tr("Details"), this)),
      m_close(new QPushButton(tr("Dismiss"), this)),
      m_buttons(new QHBoxLayout),
      m_explanations(std::move(explanations))
{
    setObjectName("messageBar");
    setFrameShape(QFrame::NoFrame);
    setAutoFillBackground(true);
    m_text->setWordWrap(true);
    m_text->setObjectName("messageText");
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setFocusPolicy(Qt::NoFocus);
    m_details->setWordWrap(true);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details->setVisible(false);
    m_more->setObjectName("messageDetails");
    m_close->setObjectName("messageDismiss");

    auto* line = new QHBoxLayout;
    line->addWidget(m_icon, 0, Qt::AlignTop);
    line->addWidget(m_text, 1);
    line->addLayout(m_buttons);
    line->addWidget(m_more);
    line->addWidget(m_close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 4);
    column->addLayout(line);
    column->addWidget(m_details);
    connect(m_more, &QPushButton::clicked, this, &MessageBar::toggleDetails);
    connect(m_close, &QPushButton::clicked, this, [this] {
        const QString topic = m_topic;
        clear(topic);
        Q_EMIT dismissed(topic);
    });
    setVisible(false);
}

void MessageBar::show(Kind kind, const QString& topic, const QString& text, const QString& details)
{
    m_kind = kind;
    m_topic = topic;
    m_text->setText(text);
    m_text->setAccessibleName(text);
    m_details->setText(details);
    m_details->setVisible(false);
    m_more->setVisible(!details.isEmpty());
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    restyle();
    setVisible(true);
    Q_EMIT shown(text);
}

void MessageBar::show(const QString& topic, const Error& error)
{
    QString text = QString::fromStdString(error.message);
    if (!error.hint.empty())
        text += QStringLiteral(" — ") + QString::fromStdString(error.hint);
    const auto code = codeName(error.code);
    const QString name = QString::fromLatin1(code.data(), qsizetype(code.size()));
    const QString explanation = m_explanations.value(name);
    show(Kind::Failure, topic, text,
         tr("Error code: %1").arg(name) + (explanation.isEmpty() ? QString() : QStringLiteral("\n") + explanation));
}

void MessageBar::addButton(const QString& text, const QString& action)
{
    auto* button = new QPushButton(text, this);
    button->setObjectName("message_" + action);
    m_buttons->addWidget(button);
    connect(button, &QPushButton::clicked, this, [this, action] {
        clear(m_topic);
        Q_EMIT actionChosen(action);
    });
}

void MessageBar::clear(const QString& topic)
{
    if (topic != m_topic)
        return;
    m_topic.clear();
    setVisible(false);
}

QString MessageBar::text() const
{
    return isHidden() ? QString() : m_text->text();
}

void MessageBar::toggleDetails()
{
    m_details->setVisible(m_details->isHidden());
}

void MessageBar::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    const bool changed = event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange;
    if (changed && !std::exchange(m_restyling, true)) {
        restyle();  // which changes the palette, too
        m_restyling = false;
    }
}

/// A tint of the window's own colour, so that its text colour stays readable in light and dark.
void MessageBar::restyle()
{
    const QPalette base = parentWidget() ? parentWidget()->palette() : palette();
    const QColor hue = m_kind == Kind::Failure   ? QColor(200, 40, 40)
                       : m_kind == Kind::Warning ? QColor(210, 140, 0)
                                                 : QColor(60, 120, 200);
    QPalette tinted = base;
    tinted.setColor(QPalette::Window, mix(base.color(QPalette::Window), hue, 0.22));
    setPalette(tinted);
    const auto icon = m_kind == Kind::Failure   ? QStyle::SP_MessageBoxCritical
                      : m_kind == Kind::Warning ? QStyle::SP_MessageBoxWarning
                                                : QStyle::SP_MessageBoxInformation;
    m_icon->setPixmap(style()->standardIcon(icon).pixmap(18, 18));
}

}  // namespace mnemo
