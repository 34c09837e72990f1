// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/why_not.h"

#include <QAction>
#include <QTextDocument>
#include <QWidget>

namespace mnemo {
namespace {

constexpr const char* reason = "whyNot";
constexpr const char* ownToolTip = "ownToolTip";  // while it is off

/// What it does, then why it does not.
QString both(const QString& toolTip, const QString& why)
{
    if (toolTip.isEmpty())
        return why;
    return Qt::mightBeRichText(toolTip) ? toolTip + "<p>" + why.toHtmlEscaped() + "</p>"
                                        : toolTip + QLatin1Char('\n') + why;
}

QString toolTipOf(const QWidget& widget)
{
    return widget.toolTip();
}

/// None where Qt makes one of the text, which may change.
QString toolTipOf(const QAction& action)
{
    return action.toolTip() == action.iconText() ? QString() : action.toolTip();
}

/// @return false when nothing changes
template <class Thing>
bool explain(Thing& thing, const QString& why)
{
    const QVariant before = thing.property(reason);
    if (before.isValid() && before.toString() == why)
        return false;
    if (before.toString().isEmpty())  // it was possible: the tooltip is its own
        thing.setProperty(ownToolTip, toolTipOf(thing));
    const QString own = thing.property(ownToolTip).toString();
    thing.setProperty(reason, why);
    thing.setEnabled(why.isEmpty());
    thing.setToolTip(why.isEmpty() ? own : both(own, why));
    return true;
}

}  // namespace

void setWhyNot(QAction* action, const QString& why)
{
    if (explain(*action, why))
        action->setStatusTip(why);
}

void setWhyNot(QWidget* widget, const QString& why)
{
    explain(*widget, why);
}

QString whyNot(const QAction& action)
{
    return action.isEnabled() ? QString() : action.property(reason).toString();
}

}  // namespace mnemo
