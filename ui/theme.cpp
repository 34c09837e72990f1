// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include "widgets/colour_map.h"

#include <QApplication>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleFactory>
#include <QStyleOption>

namespace mnemo {
namespace {

struct Colours {
    QColor window, text, base, alternate, button, highlight, link, disabled, toolTip;
};

QPalette makePalette(const Colours& c)
{
    QPalette palette(c.text, c.button, c.button.lighter(130), c.button.darker(160), c.button.darker(120), c.text,
                     c.base);
    palette.setColor(QPalette::Window, c.window);
    palette.setColor(QPalette::AlternateBase, c.alternate);
    palette.setColor(QPalette::Highlight, c.highlight);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, c.link);
    palette.setColor(QPalette::ToolTipBase, c.toolTip);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::PlaceholderText, c.disabled);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, c.disabled);
    return palette;
}

/// Fusion, which draws the outline of a circle or box a little darker than the ground: while it is off it is faint, and
/// on a dark ground not seen at all.
class OutlinedFusion : public QProxyStyle
{
public:
    OutlinedFusion() : QProxyStyle(QStyleFactory::create("Fusion")) {}

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override
    {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        const bool isCircle = element == PE_IndicatorRadioButton;
        const bool isBox = element == PE_IndicatorCheckBox || element == PE_IndicatorItemViewItemCheck;
        if (!isCircle && !isBox)
            return;
        const QPalette& colours = option->palette;
        const bool isEnabled = option->state & State_Enabled;
        const QRectF outline = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing, isCircle);
        painter->setPen(
            mix(colours.color(QPalette::Base), colours.color(QPalette::WindowText), isEnabled ? 0.6 : 0.35));
        painter->setBrush(Qt::NoBrush);
        if (isCircle)
            painter->drawEllipse(outline);
        else
            painter->drawRect(outline);
        painter->restore();
    }
};

}  // namespace

QString themeName(Theme theme)
{
    return theme == Theme::Light ? "light" : theme == Theme::Dark ? "dark" : "system";
}

Theme themeFromName(const QString& name)
{
    return name == "light" ? Theme::Light : name == "dark" ? Theme::Dark : Theme::System;
}

QPalette themePalette(Theme theme)
{
    switch (theme) {
        case Theme::Light:
            return makePalette(
                {"#f3f3f4", "#1b1c1e", "#ffffff", "#f0f1f3", "#e6e7ea", "#2b6cb0", "#1a5fb4", "#6b6f76", "#fffbe6"});
        case Theme::Dark:
            return makePalette(
                {"#232629", "#eceff1", "#1b1e20", "#26292c", "#33373b", "#2f6ea8", "#7fb8ee", "#9aa0a6", "#2f3336"});
        case Theme::System:
            break;
    }
    return {};
}

QColor problemColour(const QPalette& palette)
{
    const bool dark = palette.color(QPalette::Window).lightness() < 128;
    return dark ? QColor(255, 140, 120) : QColor(176, 32, 16);
}

void applyTheme(Theme theme)
{
    QApplication::setStyle(new OutlinedFusion);  // Qt owns it
    QApplication::setPalette(themePalette(theme));
}

}  // namespace mnemo
