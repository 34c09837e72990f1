// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/token_chips.h"

#include <QHelpEvent>
#include <QToolTip>
#include <algorithm>

namespace mnemo {

QString roleName(TokenRole role)
{
    switch (role) {
        case TokenRole::Prefix:
            return TokenChips::tr("prefix");
        case TokenRole::Subject:
            return TokenChips::tr("subject");
        case TokenRole::SubjectLast:
            return TokenChips::tr("subject, last token");
        case TokenRole::Relation:
            return TokenChips::tr("relation");
        case TokenRole::Last:
            return TokenChips::tr("last token of the prompt");
        case TokenRole::Plain:
            break;
    }
    return {};
}

std::vector<TokenRole> tokenRoles(int tokens, int prefixTokens, TokenSpan subject)
{
    std::vector<TokenRole> roles(std::size_t(std::max(tokens, 0)), TokenRole::Plain);
    for (int pos = 0; pos < tokens; ++pos) {
        TokenRole& role = roles[std::size_t(pos)];
        if (pos < prefixTokens)
            role = TokenRole::Prefix;
        else if (subject.contains(pos))
            role = pos == subject.end - 1 ? TokenRole::SubjectLast : TokenRole::Subject;
        else if (pos == tokens - 1)
            role = TokenRole::Last;
        else if (subject.size() > 0 && pos >= subject.end)
            role = TokenRole::Relation;
    }
    return roles;
}

QString shownToken(const std::string& text)
{
    QString shown = QString::fromStdString(text);
    shown.replace(QLatin1Char('\n'), QChar(0x23CE)).replace(QLatin1Char('\t'), QChar(0x21E5));
    shown.replace(QLatin1Char('\r'), QChar(0x240D));
    for (qsizetype at = 0; at < shown.size() && shown[at] == QLatin1Char(' '); ++at)
        shown[at] = QChar(0x00B7);
    return shown.isEmpty() ? QStringLiteral("∅") : shown;
}

TokenChips::TokenChips(QWidget* parent) : QWidget(parent)
{
    installAccessibleGrid();
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Tokens of the prompt"));
}

void TokenChips::setTokens(std::vector<Token> tokens, std::vector<TokenRole> roles)
{
    m_tokens = std::move(tokens);
    m_roles = std::move(roles);
    m_anchor = m_hovered = -1;
    m_pressed = false;
    if (m_current >= int(m_tokens.size()))
        m_current = -1;
    relayout();
}

void TokenChips::setPrompt(const Prompt& prompt, TokenSpan subject)
{
    setTokens(prompt.tokens, tokenRoles(prompt.size(), prompt.prefixTokens, subject));
}

void TokenChips::setRoles(std::vector<TokenRole> roles)
{
    m_roles = std::move(roles);
    update();
}

void TokenChips::setCurrent(int pos)
{
    pos = pos < int(m_tokens.size()) ? pos : -1;
    if (pos == m_current)
        return;
    m_current = pos;
    announceCurrent(this);
    update();
}

void TokenChips::setHighlight(std::vector<int> positions)
{
    m_highlight = std::move(positions);
    update();
}

void TokenChips::setWarnings(const QStringList& warnings)
{
    if (warnings == m_warnings)
        return;
    m_warnings = warnings;
    relayout();
}

void TokenChips::setError(const QString& message)
{
    if (message == m_error)
        return;
    m_error = message;
    relayout();
}

void TokenChips::setPlaceholder(const QString& text)
{
    m_placeholder = text;
    update();
}

TokenRole TokenChips::role(int pos) const
{
    return pos >= 0 && pos < int(m_roles.size()) ? m_roles[std::size_t(pos)] : TokenRole::Plain;
}

QRect TokenChips::chipRect(int pos) const
{
    return pos >= 0 && pos < int(m_layout.chips.size()) ? m_layout.chips[std::size_t(pos)] : QRect();
}

int TokenChips::chipAt(QPoint point) const
{
    const auto found = std::find_if(m_layout.chips.begin(), m_layout.chips.end(),
                                    [&](const QRect& chip) { return chip.contains(point); });
    return found == m_layout.chips.end() ? -1 : int(found - m_layout.chips.begin());
}

int TokenChips::nearestChip(QPoint point) const
{
    int nearest = -1;
    int least = 0;
    for (int pos = 0; pos < int(m_layout.chips.size()); ++pos) {
        const QRect& chip = m_layout.chips[std::size_t(pos)];
        const int dx = std::max({chip.left() - point.x(), 0, point.x() - chip.right()});
        const int dy = std::max({chip.top() - point.y(), 0, point.y() - chip.bottom()});
        const int distance = dx + 4 * dy;  // the line the mouse is on comes first
        if (nearest < 0 || distance < least) {
            nearest = pos;
            least = distance;
        }
    }
    return nearest;
}

QString TokenChips::chipText(int pos) const
{
    if (pos < 0 || pos >= int(m_tokens.size()))
        return {};
    const Token& token = m_tokens[std::size_t(pos)];
    const QByteArray bytes = QByteArray::fromStdString(token.bytes).toHex(' ');
    QStringList lines{tr("“%1”, token %2 of %3").arg(shownToken(token.text)).arg(pos + 1).arg(m_tokens.size()),
                      tr("id %1").arg(token.id)};
    if (!bytes.isEmpty())
        lines << tr("bytes %1").arg(QString::fromLatin1(bytes));
    if (token.end > token.begin)
        lines << tr("characters %1 to %2").arg(token.begin).arg(token.end);
    if (role(pos) != TokenRole::Plain)
        lines << roleName(role(pos));
    return lines.join(QLatin1Char('\n'));
}

QString TokenChips::gridCellText(int row, int) const
{
    return chipText(row).replace(QLatin1Char('\n'), QStringLiteral(", "));
}

QRect TokenChips::gridCellRect(int row, int) const
{
    return chipRect(row);
}

TokenSpan TokenChips::selection() const
{
    if (m_anchor < 0 || m_current < 0)
        return {};
    return {std::min(m_anchor, m_current), std::max(m_anchor, m_current) + 1};
}

bool TokenChips::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int pos = chipAt(help->pos());
    if (pos < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), chipText(pos), this, chipRect(pos));
    return true;
}

void TokenChips::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        relayout();
    update();
}

}  // namespace mnemo
