// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tour.h"

#include "ui/tour_ring.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <utility>

namespace mnemo {
namespace {

constexpr int bubbleWidth = 380;
constexpr int ringGap = 3;

}  // namespace

Tour::Tour(QWidget* window)
    : QFrame(window),
      m_title(new QLabel(this)),
      m_text(new QLabel(this)),
      m_count(new QLabel(this)),
      m_back(new QPushButton(tr("&Back"), this)),
      m_next(new QPushButton(this)),
      m_ring(new TourRing(window))
{
    setObjectName("tour");
    setAccessibleName(tr("Tour"));
    setFrameStyle(QFrame::Box | QFrame::Plain);  // a line that is seen on light and dark ground
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::ToolTipBase);
    setForegroundRole(QPalette::ToolTipText);
    QFont bold = m_title->font();
    bold.setBold(true);
    m_title->setFont(bold);
    m_text->setObjectName("tourText");
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    for (QLabel* label : {m_title, m_text, m_count})
        label->setForegroundRole(QPalette::ToolTipText);
    auto* skip = new QPushButton(tr("&Skip the tour"), this);
    m_back->setObjectName("tourBack");
    m_next->setObjectName("tourNext");
    skip->setObjectName("tourSkip");
    auto* line = new QHBoxLayout;
    line->addWidget(m_count);
    line->addStretch(1);
    line->addWidget(skip);
    line->addWidget(m_back);
    line->addWidget(m_next);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addLayout(line);
    hide();
    connect(m_back, &QPushButton::clicked, this, &Tour::back);
    connect(m_next, &QPushButton::clicked, this, &Tour::next);
    connect(skip, &QPushButton::clicked, this, &Tour::end);
    window->installEventFilter(this);
    for (QPushButton* button : {m_back, m_next, skip})
        button->installEventFilter(this);
}

void Tour::start(std::vector<TourStep> steps)
{
    if (steps.empty())
        return;
    if (m_step < 0)
        m_focusBefore = QApplication::focusWidget();
    m_steps = std::move(steps);
    enter(0);
}

void Tour::next()
{
    if (m_step + 1 < int(m_steps.size()))
        enter(m_step + 1);
    else
        end();
}

void Tour::back()
{
    if (m_step > 0)
        enter(m_step - 1);
}

void Tour::end()
{
    if (m_step < 0)
        return;
    m_step = -1;
    if (m_target)
        m_target->removeEventFilter(this);
    m_target = nullptr;
    const bool held = isAncestorOf(QApplication::focusWidget());
    hide();
    m_ring->hide();
    if (held && m_focusBefore)
        m_focusBefore->setFocus(Qt::OtherFocusReason);
    Q_EMIT ended();
}

void Tour::enter(int step)
{
    m_step = step;
    const TourStep now = m_steps[std::size_t(step)];  // a copy: what it does may end the tour
    if (now.enter)
        now.enter();
    if (m_step != step)
        return;
    m_title->setText(now.title);
    m_count->setText(tr("%1 of %2").arg(step + 1).arg(m_steps.size()));
    m_back->setEnabled(step > 0);
    m_next->setText(step + 1 < int(m_steps.size()) ? tr("&Next") : tr("&Done"));
    refresh();
    show();
    m_ring->raise();
    raise();  // once: what is opened later stands before them
    m_next->setFocus(Qt::OtherFocusReason);
}

void Tour::refresh()
{
    if (m_step < 0)
        return;
    const TourStep& now = m_steps[std::size_t(m_step)];
    m_text->setText(now.text());
    m_next->setAccessibleDescription(m_title->text() + QStringLiteral(". ") + m_text->text());
    if (m_target)
        m_target->removeEventFilter(this);
    m_target = now.target ? now.target() : nullptr;
    if (m_target)
        m_target->installEventFilter(this);
    place();
}

QString Tour::text() const
{
    return m_step < 0 ? QString() : m_text->text();
}

QRect Tour::pointsAt() const
{
    if (m_step < 0 || !m_target || !m_target->isVisible())
        return {};
    const TourStep& now = m_steps[std::size_t(m_step)];
    const QRect part = now.part ? now.part() : m_target->rect();
    return {m_target->mapTo(parentWidget(), part.topLeft()), part.size()};
}

void Tour::place()
{
    if (m_step < 0)
        return;
    const QRect target = pointsAt().intersected(parentWidget()->rect());
    m_text->setFixedWidth(bubbleWidth);
    layout()->activate();
    setGeometry(bubbleBeside(target, sizeHint(), parentWidget()->rect()));
    m_ring->setVisible(target.isValid());
    m_ring->setGeometry(target.adjusted(-ringGap, -ringGap, ringGap, ringGap));
}

bool Tour::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();  // ends the tour, and stops no job
        return true;
    }
    return QFrame::event(event);
}

void Tour::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
        case Qt::Key_Right:
            return next();
        case Qt::Key_Left:
            return back();
        case Qt::Key_Escape:
            return end();
        default:
            QFrame::keyPressEvent(event);
    }
}

bool Tour::eventFilter(QObject* watched, QEvent* event)
{
    const bool ours = isAncestorOf(qobject_cast<QWidget*>(watched));
    if (ours && (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride)) {
        const auto* press = static_cast<QKeyEvent*>(event);
        if (press->key() == Qt::Key_Return || press->key() == Qt::Key_Enter) {
            if (event->type() == QEvent::KeyPress)
                static_cast<QPushButton*>(watched)->click();
            event->accept();
            return true;
        }
        if (press->key() == Qt::Key_Left || press->key() == Qt::Key_Right) {  // a button would go to its neighbour
            if (event->type() == QEvent::KeyPress)
                keyPressEvent(static_cast<QKeyEvent*>(event));
            return true;
        }
    }
    if (!ours && m_step >= 0)
        switch (event->type()) {
            case QEvent::Resize:
            case QEvent::Move:
            case QEvent::Show:
            case QEvent::Hide:
            case QEvent::LayoutRequest:
                QMetaObject::invokeMethod(
                    this, [this] { place(); }, Qt::QueuedConnection);
                break;
            default:
                break;
        }
    return QFrame::eventFilter(watched, event);
}

}  // namespace mnemo
