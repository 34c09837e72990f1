// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/prompt.h"
#include "widgets/accessible_grid.h"

#include <QStringList>
#include <QWidget>
#include <vector>

namespace mnemo {

enum class TokenRole { Plain, Prefix, Subject, SubjectLast, Relation, Last };

QString roleName(TokenRole role);  ///< "subject, last token"

/// Roles of a prompt's tokens: prefix, subject, its last token, relation (after it), prompt-last. An empty subject
/// leaves all but prefix and last plain.
std::vector<TokenRole> tokenRoles(int tokens, int prefixTokens, TokenSpan subject);

/// A token's text as chips, rows and bars show it: leading space "·", line break "⏎", tab "⇥".
QString shownToken(const std::string& text);

/// The tokens of a prompt exactly as the model receives them, one chip each; wraps to the width it gets. Dragging over
/// chips marks a span.
class TokenChips : public QWidget, public GridItems
{
    Q_OBJECT

public:
    explicit TokenChips(QWidget* parent = nullptr);

    void setTokens(std::vector<Token> tokens, std::vector<TokenRole> roles = {});  ///< roles: one each, or none
    void setPrompt(const Prompt& prompt, TokenSpan subject);                       ///< tokens with tokenRoles()
    const std::vector<Token>& tokens() const { return m_tokens; }
    void setRoles(std::vector<TokenRole> roles);
    void setCurrent(int pos);  ///< ring around one chip, −1 = none; emits nothing
    int current() const { return m_current; }
    void setHighlight(std::vector<int> positions);  ///< underlined: e.g. tokens that differ from the other prompt
    void setWarnings(const QStringList& warnings);  ///< small lines with a sign below the chips
    void setError(const QString& message);  ///< red outline and a red line below, e.g. lengths differ; empty clears it
    void setPlaceholder(const QString& text);  ///< shown while there are no tokens

    QRect chipRect(int pos) const;    ///< widget coordinates
    int chipAt(QPoint point) const;   ///< −1 outside
    QString chipText(int pos) const;  ///< tooltip: text, id, bytes, characters, role

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    int gridRows() const override { return int(m_tokens.size()); }
    int gridColumns() const override { return 1; }
    QString gridCellText(int row, int column) const override;
    QRect gridCellRect(int row, int column) const override;
    std::pair<int, int> gridCurrent() const override { return {m_current, m_current < 0 ? -1 : 0}; }

Q_SIGNALS:
    void tokenClicked(int pos);             ///< click or Enter
    void spanSelected(int first, int end);  ///< drag, or Shift+arrows then Enter; half-open

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Layout {
        std::vector<QRect> chips;
        std::vector<QRect> notes;  ///< error first, then the warnings
        int height = 0;
    };

    Layout layOut(int width) const;
    void relayout();
    void paintChip(QPainter& painter, int pos) const;
    void paintNotes(QPainter& painter) const;
    TokenRole role(int pos) const;
    TokenSpan selection() const;
    int nearestChip(QPoint point) const;

    std::vector<Token> m_tokens;
    std::vector<TokenRole> m_roles;
    std::vector<int> m_highlight;
    QStringList m_warnings;
    QString m_error;
    QString m_placeholder;
    Layout m_layout;
    int m_current = -1;
    int m_hovered = -1;
    int m_anchor = -1;  ///< where a drag or a Shift+arrow span began
    bool m_pressed = false;
};

}  // namespace mnemo
