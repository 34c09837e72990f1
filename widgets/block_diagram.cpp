// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/block_diagram.h"

#include "widgets/colour_map.h"
#include "widgets/loss_bars.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

constexpr double boxHeight = 24;
constexpr double margin = 6;
constexpr double arrowHead = 5;
constexpr double swatch = 8;

/// METHODS.md §1.1: n = RMSNorm(h), a = W_a n, c = SiLU(conv(a)), s = SSM(c), g = SiLU(W_g n), o = W_o (s ⊗ g), h + o.
BlockDiagram::Picture mambaPicture()
{
    BlockDiagram::Picture picture;
    picture.columns = 13;
    picture.rows = 3;
    picture.nodes = {
        {"h", {}, 0.5, 2.5},          {"norm", {}, 1.7, 1},   {"W_a", {}, 2.9, 0.5}, {"a", "a", 4, 0.5},
        {"conv, SiLU", {}, 5.5, 0.5}, {"c", "c", 6.9, 0.5},   {"SSM", {}, 7.9, 0.5}, {"s", "s", 9, 0.5},
        {"W_g", {}, 2.9, 1.5},        {"SiLU", {}, 5.5, 1.5}, {"g", "g", 9, 1.5},    {"×", {}, 10, 1},
        {"W_o", {}, 10.9, 1},         {"o", "o", 12, 1},      {"+", {}, 12, 2.5},    {"h", "h", 12.7, 2.5}};
    picture.arrows = {{0, 1},  {1, 2},  {2, 3},   {3, 4},   {4, 5},   {5, 6},   {6, 7},  {1, 8},  {8, 9},
                      {9, 10}, {7, 11}, {10, 11}, {11, 12}, {12, 13}, {13, 14}, {0, 14}, {14, 15}};
    return picture;
}

/// METHODS.md §1.3: both branches read the same h.
BlockDiagram::Picture neoxPicture()
{
    BlockDiagram::Picture picture;
    picture.columns = 13;
    picture.rows = 3;
    picture.nodes = {{"h", {}, 0.5, 1.5},
                     {"LayerNorm", {}, 2.3, 0.5},
                     {"attention", {}, 5, 0.5},
                     {"attn", "attn", 10, 0.5},
                     {"LayerNorm", {}, 2.3, 2.5},
                     {"W_up, GELU", {}, 4.9, 2.5},
                     {"mlp_act", "mlp_act", 7, 2.5},
                     {"W_down", {}, 8.6, 2.5},
                     {"mlp", "mlp", 10, 2.5},
                     {"+", {}, 11.4, 1.5},
                     {"h", "h", 12.5, 1.5}};
    picture.arrows = {{0, 1}, {1, 2}, {2, 3}, {3, 9}, {0, 4}, {4, 5}, {5, 6}, {6, 7}, {7, 8}, {8, 9}, {0, 9}, {9, 10}};
    return picture;
}

/// Where the line from the middle of a box to a point leaves the box.
QPointF edgeTowards(const QRectF& box, QPointF point)
{
    const QPointF from = box.center(), step = point - from;
    const double across = std::abs(step.x()) > 0 ? box.width() / 2 / std::abs(step.x()) : 1e9;
    const double along = std::abs(step.y()) > 0 ? box.height() / 2 / std::abs(step.y()) : 1e9;
    return from + step * std::min({across, along, 1.0});
}

void drawArrow(QPainter& painter, QPointF from, QPointF to)
{
    painter.drawLine(from, to);
    const double angle = std::atan2(to.y() - from.y(), to.x() - from.x());
    for (const double side : {2.6, -2.6})
        painter.drawLine(to, to + arrowHead * QPointF(std::cos(angle + side), std::sin(angle + side)));
}

}  // namespace

StateButton::StateButton(const QString& site, QWidget* parent) : QAbstractButton(parent), m_site(site)
{
    setText(site);
    setObjectName("state_" + site);
    setCheckable(true);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
}

void StateButton::paintEvent(QPaintEvent*)
{
    const QColor base = palette().color(QPalette::Base), ink = palette().color(QPalette::Text);
    const QColor hue = isEnabled() ? siteColour(m_site.toStdString(), base) : mix(base, ink, 0.4);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(hue, isChecked() || hasFocus() ? 2.5 : 1));
    painter.setBrush(isEnabled() ? mix(base, hue, isChecked() ? 0.45 : underMouse() ? 0.3 : 0.15) : base);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5), 5, 5);
    QFont bold = font();
    bold.setBold(isEnabled());
    painter.setFont(bold);
    painter.setPen(isEnabled() ? ink : mix(base, ink, 0.6));
    painter.drawText(rect(), Qt::AlignCenter, text());
}

BlockDiagram::BlockDiagram(QWidget* parent) : QWidget(parent)
{
    setObjectName("blockDiagram");
}

void BlockDiagram::setArchitecture(const QString& name)
{
    qDeleteAll(m_states);
    m_states.clear();
    m_picture = name == QLatin1String("mamba")      ? mambaPicture()
                : name == QLatin1String("gpt_neox") ? neoxPicture()
                                                    : Picture();
    for (const Node& node : m_picture.nodes) {
        if (node.site.isEmpty())
            continue;
        auto* button = new StateButton(node.site, this);
        connect(button, &QAbstractButton::clicked, this, [this, site = node.site] {
            setCurrentSite(site);
            Q_EMIT siteChosen(site);
        });
        m_states.insert(node.site, button);
        button->show();
    }
    showLosses();
    update();
}

void BlockDiagram::setLosses(const std::map<std::string, PathLoss>& losses, const QString& about)
{
    m_losses = losses;
    const bool grows = about.isEmpty() != m_about.isEmpty();
    m_about = about;
    if (grows)
        updateGeometry();
    showLosses();
    update();
}

std::vector<LossBars*> BlockDiagram::losses() const
{
    return {m_bars.begin(), m_bars.end()};
}

/// Where the bars stand; null where the picture has no such place.
const BlockDiagram::Node* BlockDiagram::nodeOf(const QString& severed) const
{
    const QStringList states = severed.split(QStringLiteral(" + "));
    if (!std::ranges::all_of(states, [this](const QString& one) { return m_states.contains(one); }))
        return nullptr;
    const auto found = std::ranges::find_if(m_picture.nodes, [&](const Node& node) {
        return states.size() > 1 ? node.text == QLatin1String("+") : node.site == severed;
    });
    return found == m_picture.nodes.end() ? nullptr : &*found;
}

void BlockDiagram::showLosses()
{
    qDeleteAll(m_bars);
    m_bars.clear();
    for (StateButton* button : std::as_const(m_states))
        button->setAccessibleDescription({});
    for (const auto& [severed, loss] : m_losses) {
        const QString what = QString::fromStdString(severed);
        if (!nodeOf(what))
            continue;
        auto* bars = new LossBars(what, loss, this);
        if (StateButton* button = state(what))
            button->setAccessibleDescription(bars->text());
        bars->show();
        m_bars.insert(what, bars);
    }
    enable();
    arrange();
}

void BlockDiagram::setSites(const QStringList& sites)
{
    if (sites == m_sites)
        return;  // asked again with every snapshot of a trace
    m_sites = sites;
    enable();
}

void BlockDiagram::setCurrentSite(const QString& site)
{
    for (auto button = m_states.begin(); button != m_states.end(); ++button)
        button.value()->setChecked(button.key() == site);
}

void BlockDiagram::setHelp(const QString& site, const QString& text)
{
    m_help[site] = text;
    enable();
}

StateButton* BlockDiagram::state(const QString& site) const
{
    return m_states.value(site);
}

void BlockDiagram::enable()
{
    for (auto button = m_states.begin(); button != m_states.end(); ++button) {
        const bool traced = m_sites.contains(button.key());
        button.value()->setEnabled(traced);
        QString help = m_help.value(button.key());
        if (!traced)
            help += tr("<p>The trace in front does not have it.</p>");
        if (const LossBars* bars = m_bars.value(button.key()))
            help += QStringLiteral("<p>%1</p>").arg(bars->text());
        button.value()->setToolTip(help);
    }
}

QRectF BlockDiagram::placeOf(const Node& node) const
{
    const double column = (width() - 2 * margin) / m_picture.columns;
    const double row = (height() - aboutHeight() - 2 * margin) / m_picture.rows;
    const double bars = m_about.isEmpty() ? 0 : 12;  // below each box
    const double wide = fontMetrics().horizontalAdvance(node.text) + (node.site.isEmpty() ? 6 : 16);
    const QSizeF size(std::max(wide, node.site.isEmpty() ? 0.0 : 30.0), std::min(boxHeight, row - bars - 2));
    const QPointF middle(margin + node.column * column, margin + node.row * row - bars / 2);
    return {middle - QPointF(size.width(), size.height()) / 2, size};
}

double BlockDiagram::aboutHeight() const
{
    return m_about.isEmpty() ? 0 : fontMetrics().height();
}

void BlockDiagram::arrange()
{
    for (const Node& node : m_picture.nodes)
        if (StateButton* button = node.site.isEmpty() ? nullptr : state(node.site))
            button->setGeometry(placeOf(node).toAlignedRect());
    for (auto bars = m_bars.begin(); bars != m_bars.end(); ++bars) {
        const QRectF box = placeOf(*nodeOf(bars.key()));
        const QSizeF size = bars.value()->sizeHint();
        bars.value()->setGeometry(QRectF({box.center().x() - size.width() / 2, box.bottom()}, size).toAlignedRect());
    }
}

void BlockDiagram::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void BlockDiagram::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor base = palette().color(QPalette::Window), ink = palette().color(QPalette::WindowText);
    painter.setPen(QPen(mix(base, ink, 0.45), 1.2));
    for (const auto& [from, to] : m_picture.arrows) {
        const QRectF start = placeOf(m_picture.nodes[std::size_t(from)]),
                     end = placeOf(m_picture.nodes[std::size_t(to)]);
        drawArrow(painter, edgeTowards(start, end.center()), edgeTowards(end, start.center()));
    }
    painter.setPen(ink);
    for (const Node& node : m_picture.nodes)
        if (node.site.isEmpty())
            painter.drawText(placeOf(node), Qt::AlignCenter, node.text);
    drawAbout(painter);
}

/// The line, and whose hues the bars have.
void BlockDiagram::drawAbout(QPainter& painter) const
{
    const QColor base = palette().color(QPalette::Window);
    const double bottom = height() - 3, top = bottom - aboutHeight();
    double right = width() - margin;
    const auto write = [&](const QString& text) {
        const double wide = fontMetrics().horizontalAdvance(text) + 2;
        painter.drawText(QRectF(right - wide, top, wide, aboutHeight()), Qt::AlignVCenter | Qt::AlignLeft, text);
        right -= wide;
    };
    for (const auto& [token, hue] : {std::pair(tr("prompt's last token"), promptLastColour(base)),
                                     std::pair(tr("subject's last token"), subjectLastColour(base))}) {
        if (m_bars.isEmpty())
            break;
        write(token);
        right -= swatch + 4;
        painter.fillRect(QRectF(right, (top + bottom - swatch) / 2, swatch, swatch), hue);
        right -= 12;
    }
    const QRectF rest(margin, top, right - margin, aboutHeight());
    painter.drawText(rest, Qt::AlignVCenter | Qt::AlignLeft,
                     fontMetrics().elidedText(m_about, Qt::ElideRight, int(rest.width())));
}

}  // namespace mnemo
