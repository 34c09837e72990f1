// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tool_bar.h"

#include "ui/actions.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QSignalBlocker>
#include <QSlider>
#include <QStandardItemModel>
#include <algorithm>

namespace mnemo {
namespace {

constexpr int widestWindow = 20;

/// What a model will take of memory, as a second line; empty when that is not known.
QString needs(const Json& entry)
{
    const Json memory = entry.value("memory", Json());
    if (!memory.contains("f32"))
        return {};
    const auto size = [](const Json& bytes) { return QLocale().formattedDataSize(bytes.get<qint64>(), 1); };
    return MainToolBar::tr("\nMemory: %1 for its weights (bf16: %2), about %3 more for a trace, %4 more for an edit.")
        .arg(size(memory["f32"]["weights"]), size(memory["bf16"]["weights"]), size(memory["f32"]["trace"]),
             size(memory["f32"]["rome"]));
}

}  // namespace

QString metricTitle(Metric metric)
{
    switch (metric) {
        case Metric::IndirectEffect:
            return QObject::tr("Indirect effect");
        case Metric::Probability:
            return QObject::tr("Probability");
        case Metric::LogitDifference:
            return QObject::tr("Logit difference");
        case Metric::LogProbability:
            return QObject::tr("Log probability");
        case Metric::Rank:
            return QObject::tr("Rank");
        case Metric::Kl:
            return QObject::tr("KL from clean");
    }
    return {};
}

MainToolBar::MainToolBar(const Actions& actions, const Glossary& glossary, QWidget* parent)
    : QToolBar(tr("Toolbar"), parent),
      m_model(new QComboBox(this)),
      m_mark(new QLabel(this)),
      m_beside(new QComboBox(this)),
      m_besideMark(new QLabel(this)),
      m_metric(new QComboBox(this)),
      m_window(new QSlider(Qt::Horizontal, this)),
      m_windowText(new QLabel(this)),
      m_prefix(new QComboBox(this))
{
    setObjectName("mainToolBar");
    setMovable(false);
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_model->setObjectName("modelCombo");
    m_model->setMinimumContentsLength(14);
    m_mark->setObjectName("modelMark");
    m_beside->setObjectName("besideCombo");
    m_beside->setMinimumContentsLength(8);
    m_beside->addItem(tr("none"), QString());
    m_besideMark->setObjectName("besideMark");
    m_metric->setObjectName("metricCombo");
    m_window->setObjectName("windowSlider");
    m_window->setRange(0, widestWindow);
    m_window->setPageStep(5);
    m_window->setFixedWidth(110);
    m_windowText->setMinimumWidth(fontMetrics().horizontalAdvance("auto "));
    m_prefix->setObjectName("prefixCombo");
    for (const Metric metric : allMetrics) {
        const auto name = metricName(metric);
        m_metric->addItem(metricTitle(metric), QString::fromUtf8(name.data(), qsizetype(name.size())));
        m_metric->setItemData(m_metric->count() - 1,
                              glossary.text(m_metric->itemData(m_metric->count() - 1).toString()), Qt::ToolTipRole);
    }
    for (const auto& [name, text] :
         {std::pair{"none", tr("none")}, std::pair{"eos", tr("EOS")}, std::pair{"eos-space", tr("EOS + space")}})
        m_prefix->addItem(text, QString::fromLatin1(name));

    addLabelled(tr("&Model"), m_model);
    m_model->setToolTip(tr("The model; its folder can be opened from the menu Model"));
    m_model->setWhatsThis(m_model->toolTip());
    addWidget(m_mark);
    addLabelled(tr("&Beside"), m_beside);
    glossary.explain(m_beside, "beside");
    addWidget(m_besideMark);
    addSeparator();
    addAction(actions.trace);
    addAction(actions.stop);
    addSeparator();
    addLabelled(tr("Sho&w"), m_metric);
    glossary.explain(m_metric, "ie");
    addLabelled(tr("Wi&ndow"), m_window);
    glossary.explain(m_window, "window");
    addWidget(m_windowText);
    addLabelled(tr("Prefi&x"), m_prefix);
    glossary.explain(m_prefix, "prefix");
    addSeparator();
    addAction(actions.pin);

    connect(m_model, &QComboBox::activated, this, [this](int index) {
        if (index >= 0)
            Q_EMIT modelChosen(m_model->itemData(index).toString());
    });
    connect(m_beside, &QComboBox::activated, this,
            [this](int index) { Q_EMIT besideChosen(m_beside->itemData(index).toString()); });
    connect(m_metric, &QComboBox::currentIndexChanged, this, [this] {
        m_metric->setToolTip(m_metric->currentData(Qt::ToolTipRole).toString());
        m_metric->setWhatsThis(m_metric->toolTip());
        Q_EMIT metricChosen(metric());
    });
    connect(m_window, &QSlider::valueChanged, this, [this] {
        m_windowText->setText(window());
        Q_EMIT windowChosen();
    });
    connect(m_prefix, &QComboBox::currentIndexChanged, this,
            [this] { Q_EMIT prefixChosen(m_prefix->currentData().toString()); });
    m_windowText->setText(window());
}

void MainToolBar::addLabelled(const QString& text, QWidget* widget)
{
    auto* label = new QLabel(QLatin1Char(' ') + text + QLatin1Char(' '), this);
    label->setBuddy(widget);
    QString name = text;
    widget->setAccessibleName(name.remove(QLatin1Char('&')));
    addWidget(label);
    addWidget(widget);
}

void MainToolBar::setCatalog(const Json& catalog)
{
    for (QComboBox* list : {m_model, m_beside}) {
        const QString current = list->currentData().toString();
        const QSignalBlocker quiet(list);
        for (const Json& entry : catalog)
            addModel(list, entry);
        if (const int index = list->findData(current); index >= 0)
            list->setCurrentIndex(index);
    }
}

void MainToolBar::addModel(QComboBox* list, const Json& entry)
{
    const QString name = QString::fromStdString(entry.value("name", ""));
    if (name.isEmpty() || list->findData(name) >= 0)
        return;
    list->addItem(name, name);
    const int row = list->count() - 1;
    list->setItemData(row, QString::fromStdString(entry.value("title", "")) + needs(entry), Qt::ToolTipRole);
    if (!entry.contains("folder") || entry["folder"].is_null()) {
        list->setItemData(row, tr("Not on this machine. Open its folder from the menu Model."), Qt::ToolTipRole);
        qobject_cast<QStandardItemModel*>(list->model())->item(row)->setEnabled(false);
    }
}

void MainToolBar::setModel(const QString& name, const QString& mark)
{
    const QString folder = name.section(QLatin1Char('/'), -1);
    for (QComboBox* list : {m_model, m_beside})  // what was opened can also stand beside another
        if (const QSignalBlocker quiet(list); list->findData(name) < 0)
            list->addItem(folder, name);
    choose(m_model, name);
    showMark(m_mark, mark);
}

void MainToolBar::setBeside(const QString& name, const QString& mark)
{
    if (const QSignalBlocker quiet(m_beside); m_beside->findData(name) < 0)
        m_beside->addItem(name.section(QLatin1Char('/'), -1), name);
    choose(m_beside, name);
    showMark(m_besideMark, mark);
}

void MainToolBar::choose(QComboBox* list, const QString& name)
{
    const QSignalBlocker quiet(list);
    list->setCurrentIndex(std::max(0, list->findData(name)));
}

void MainToolBar::showMark(QLabel* label, const QString& mark)
{
    label->setText(mark);
    label->setAccessibleName(mark == "✓"      ? tr("loaded")
                             : mark == "✗"    ? tr("not loaded")
                             : mark.isEmpty() ? QString()
                                              : tr("loading"));
    label->setToolTip(label->accessibleName());
}

void MainToolBar::setModelProblem(const QString& text)
{
    m_mark->setText("✗");
    m_mark->setToolTip(text);
}

QString MainToolBar::window() const
{
    return m_window->value() == 0 ? QStringLiteral("auto") : QString::number(m_window->value());
}

void MainToolBar::setWindow(const QString& window)
{
    m_window->setValue(window.toInt());
}

void MainToolBar::stepWindow(int by)
{
    m_window->setValue(m_window->value() + by);
}

Metric MainToolBar::metric() const
{
    return metricFromName(m_metric->currentData().toString().toStdString());
}

void MainToolBar::setMetric(Metric metric)
{
    const auto name = metricName(metric);
    m_metric->setCurrentIndex(m_metric->findData(QString::fromUtf8(name.data(), qsizetype(name.size()))));
}

void MainToolBar::setPrefix(const QString& prefix)
{
    m_prefix->setCurrentIndex(std::max(0, m_prefix->findData(prefix)));
}

}  // namespace mnemo
