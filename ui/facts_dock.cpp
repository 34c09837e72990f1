// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/facts_dock.h"

#include <QComboBox>
#include <QEvent>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

constexpr int narrowest = 320;  // pixels: every column is seen
constexpr int problemLines = 4;
constexpr int mostProblems = 1000;  // that are listed

QComboBox* combo(const QString& name, const QString& label)
{
    auto* made = new QComboBox;
    made->setObjectName(name);
    made->setAccessibleName(label);
    made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    made->setMinimumContentsLength(8);
    return made;
}

}  // namespace

FactsDock::FactsDock(FactKnowledge& knowledge, QWidget* parent)
    : QDockWidget(tr("Facts"), parent),
      m_knowledge(knowledge),
      m_model(knowledge),
      m_filter(m_model),
      m_asking(m_knowledge, m_model, m_filter),
      m_source(combo("factSource", tr("Where the facts are from"))),
      m_relation(combo("factRelation", tr("Relation"))),
      m_search(new QLineEdit),
      m_known(combo("factKnown", tr("Shown are facts that are"))),
      m_template(combo("factTemplate", tr("Sentence the facts are asked in"))),
      m_table(new QTableView),
      m_askLine(new QWidget),
      m_askBar(new QProgressBar),
      m_askStop(new QPushButton),
      m_count(new QLabel),
      m_problemsButton(new QPushButton),
      m_problems(new QPlainTextEdit)
{
    setObjectName("factsDock");
    auto* page = new QWidget;
    page->setMinimumWidth(narrowest);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addWidget(makeFilters());
    column->addWidget(makeTable(), 1);
    column->addWidget(makeAsking());
    column->addWidget(m_count);
    column->addWidget(makeProblems());
    column->addWidget(makeButtons());
    setWidget(page);
    m_look.setSingleShot(true);
    connect(&m_look, &QTimer::timeout, this, &FactsDock::ask);
    connect(&m_asking, &FactAsking::goesOn, this, [this] { m_look.start(); });
    connect(&m_asking, &FactAsking::counted, this, &FactsDock::showCount);
    setRelation(-1);
    showProblems();
}

QWidget* FactsDock::makeFilters()
{
    m_search->setObjectName("factSearch");
    m_search->setAccessibleName(tr("Search in subjects and objects"));
    m_search->setPlaceholderText(tr("Search subjects and objects"));
    m_search->setClearButtonEnabled(true);
    for (const auto& [known, text] :
         {std::pair{KnownAs::Any, tr("Any answer")}, std::pair{KnownAs::Lenient, tr("Known (lenient)")},
          std::pair{KnownAs::Strict, tr("Known (strict)")}, std::pair{KnownAs::NotKnown, tr("Not known")},
          std::pair{KnownAs::NotAsked, tr("Not asked yet")}})
        m_known->addItem(text, int(known));
    m_known->setToolTip(
        tr("Facts that the model knows. Lenient: its answer is a beginning of the object; strict: it is "
           "the object's first token. All that the list may show are asked, one after the other. "
           "While those not asked yet are shown, nobody is asked."));
    m_template->setToolTip(tr("The sentence that the relation's facts are asked in"));
    auto* open = new QPushButton(tr("&Open…"));
    open->setObjectName("openFacts");
    open->setToolTip(tr("A file of facts: .json, .jsonl, .csv, .tsv"));
    auto* source = new QHBoxLayout;
    source->addWidget(m_source, 1);
    source->addWidget(open);
    auto* filters = new QWidget;
    auto* column = new QVBoxLayout(filters);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(source);
    column->addWidget(m_relation);
    column->addWidget(m_template);
    auto* what = new QHBoxLayout;
    what->addWidget(m_search, 1);
    what->addWidget(m_known);
    column->addLayout(what);
    connect(m_source, &QComboBox::currentIndexChanged, this, &FactsDock::showFile);
    connect(m_relation, &QComboBox::currentIndexChanged, this, [this](int index) { setRelation(index - 1); });
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter.setText(text);
        m_asking.restart();
    });
    connect(m_known, &QComboBox::currentIndexChanged, this, &FactsDock::setKnown);
    connect(m_template, &QComboBox::activated, this, [this](int index) {
        m_model.setTemplate(templatesRelation(), index);
        m_asking.restart();
    });
    connect(open, &QPushButton::clicked, this, &FactsDock::openRequested);
    return filters;
}

QWidget* FactsDock::makeTable()
{
    m_table->setObjectName("factTable");
    m_table->setAccessibleName(tr("Facts"));
    m_table->setModel(&m_filter);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setAlternatingRowColors(true);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 6);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidth(FactTableModel::Subject, 110);
    m_table->setColumnWidth(FactTableModel::Object, 70);
    m_table->setColumnWidth(FactTableModel::Known, 80);
    m_table->viewport()->installEventFilter(this);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& index) {
        const int row = m_filter.mapToSource(index).row();
        Q_EMIT factChosen({m_model.promptTemplate(row), QString::fromStdString(m_model.sample(row).subject)});
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &FactsDock::showTemplates);
    return m_table;
}

QWidget* FactsDock::makeAsking()
{
    m_askBar->setObjectName("factsAsked");
    m_askBar->setAccessibleName(tr("Facts that the model was asked"));
    m_askBar->setFormat(tr("%v of %m asked"));
    m_askStop->setObjectName("stopAsking");
    auto* line = new QHBoxLayout(m_askLine);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_askBar, 1);
    line->addWidget(m_askStop);
    connect(m_askStop, &QPushButton::clicked, this, [this] { m_asking.setPaused(!m_asking.isPaused()); });
    return m_askLine;
}

QWidget* FactsDock::makeProblems()
{
    m_problems->setObjectName("factProblems");
    m_problems->setAccessibleName(tr("Rows that could not be used"));
    m_problems->setReadOnly(true);
    m_problems->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_problems->setFixedHeight(m_problems->fontMetrics().lineSpacing() * problemLines + 12);
    m_problems->hide();
    m_problemsButton->setObjectName("factProblemsButton");
    m_problemsButton->setCheckable(true);
    m_problemsButton->setFlat(true);
    auto* both = new QWidget;
    auto* column = new QVBoxLayout(both);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(m_problemsButton, 0, Qt::AlignLeft);
    column->addWidget(m_problems);
    connect(m_problemsButton, &QPushButton::toggled, m_problems, &QWidget::setVisible);
    return both;
}

QWidget* FactsDock::makeButtons()
{
    m_count->setObjectName("factCount");
    auto* use = new QPushButton(tr("&Use in…"));
    use->setObjectName("useFacts");
    use->setToolTip(tr("An experiment over the facts that are selected or shown, or over the whole file or relation"));
    auto* menu = new QMenu(use);
    for (const auto& [key, text] :
         {std::pair{"average", tr("&Average over facts…")}, std::pair{"paths", tr("&Paths…")},
          std::pair{"knockout", tr("&Knock-out…")}, std::pair{"lre", tr("&Linear decoding…")}})
        menu->addAction(text, this, [this, key = QString::fromLatin1(key)] { Q_EMIT experimentRequested(key); });
    use->setMenu(menu);
    auto* save = new QPushButton(tr("Sa&ve…"));
    save->setObjectName("saveFacts");
    save->setToolTip(tr("Save the selected facts, or all that are shown, as a file of facts"));
    auto* buttons = new QWidget;
    auto* line = new QHBoxLayout(buttons);
    line->setContentsMargins(0, 0, 0, 0);
    line->addStretch(1);
    line->addWidget(use);
    line->addWidget(save);
    connect(save, &QPushButton::clicked, this, &FactsDock::saveRequested);
    return buttons;
}

void FactsDock::addFile(const FactFilePtr& file)
{
    const auto same = std::ranges::find_if(m_files, [&](const FactFilePtr& one) { return one->path == file->path; });
    const int index = int(same - m_files.begin());
    if (same != m_files.end()) {
        *same = file;
        if (m_source->currentIndex() == index)
            return showFile(index);
    } else {
        m_files.push_back(file);
        m_source->addItem(file->name());
        m_source->setItemData(index, file->path, Qt::ToolTipRole);
    }
    m_source->setCurrentIndex(index);
}

void FactsDock::showFile(int index)
{
    const FactFilePtr file = index >= 0 && index < int(m_files.size()) ? m_files[std::size_t(index)] : nullptr;
    m_filter.setRelation(-1);
    m_model.setFile(file);
    {
        const QSignalBlocker quiet(m_relation);
        m_relation->clear();
        m_relation->addItem(tr("All relations"));
        m_relation->addItems(relationNames());
        m_relation->setCurrentIndex(0);
    }
    setRelation(-1);
    showProblems();
}

QStringList FactsDock::relationNames() const
{
    QStringList names;
    if (m_model.file())
        for (const Relation& relation : m_model.file()->relations)
            names << QString::fromStdString(relation.name);
    return names;
}

void FactsDock::setRelation(int index)
{
    m_filter.setRelation(index);
    m_table->setColumnHidden(FactTableModel::RelationName, index >= 0);
    showTemplates();
    m_asking.restart();
}

void FactsDock::setKnown(int index)
{
    m_filter.setKnown(KnownAs(m_known->itemData(index).toInt()));
    m_asking.restart();
    m_asking.setPaused(false);
}

int FactsDock::templatesRelation() const
{
    if (m_relation->currentIndex() > 0)
        return m_relation->currentIndex() - 1;
    const QModelIndex current = m_table->currentIndex();
    return current.isValid() ? m_model.relationOf(m_filter.mapToSource(current).row()) : -1;
}

void FactsDock::showTemplates()
{
    const int relation = templatesRelation();
    m_template->clear();
    m_template->setEnabled(relation >= 0);
    if (relation < 0) {
        m_template->addItem(tr("each relation's first sentence"));
        return;
    }
    for (const std::string& sentence : m_model.relation(relation).templates)
        m_template->addItem(QString::fromStdString(sentence));
    m_template->setCurrentIndex(m_model.templateOf(relation));
}

void FactsDock::showCount()
{
    m_count->setText(countText());
    const FactAsking::Count count = m_asking.count();
    m_askBar->setRange(0, std::max(1, count.all));  // 0 would be a bar that only moves
    m_askBar->setValue(count.asked);
    m_askStop->setText(m_asking.isPaused() ? tr("Go on") : tr("Stop"));
    m_askStop->setToolTip(m_asking.isPaused() ? tr("Ask for the others, too") : tr("Ask only for what is seen (Esc)"));
    m_askLine->setVisible(m_asking.hasMore());
}

QString FactsDock::countText() const
{
    const int all = m_model.rowCount(), some = m_filter.rowCount();
    const FactAsking::Count count = m_asking.count();
    switch (m_filter.known()) {
        case KnownAs::Any:
            return all == some ? tr("%1 facts").arg(all) : tr("%1 of %2 facts").arg(some).arg(all);
        case KnownAs::NotAsked:
            return tr("%1 of %2 not asked yet").arg(count.fitting).arg(count.all);
        case KnownAs::NotKnown:
            return tr("%1 of %2 asked not known").arg(count.fitting).arg(count.asked);
        default:
            return tr("%1 of %2 asked known").arg(count.fitting).arg(count.asked);
    }
}

void FactsDock::showProblems()
{
    QStringList lines;
    if (m_model.file())
        for (const FactProblem& problem : m_model.file()->problems) {
            const QString where = QString::fromStdString(problem.where);
            lines << (where.isEmpty() ? QString() : where + QStringLiteral(": ")) +
                         QString::fromStdString(problem.message);
        }
    const int count = int(lines.size());
    if (count > mostProblems)
        lines = lines.mid(0, mostProblems) << tr("… and %1 more").arg(count - mostProblems);
    m_problems->setPlainText(lines.join(QLatin1Char('\n')));
    m_problemsButton->setText(tr("⚠ %n row(s) could not be used", nullptr, count));
    m_problemsButton->setChecked(false);
    m_problemsButton->setVisible(count > 0);
}

void FactsDock::modelChanged()
{
    m_knowledge.clear();
    m_model.refreshAnswers();
    m_asking.restart();
}

void FactsDock::setPrefix(const QString& prefix)
{
    m_knowledge.setPrefix(prefix);
    m_model.refreshAnswers();
    m_asking.restart();
}

void FactsDock::focusSearch()
{
    show();
    raise();
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

/// A dock that is not seen does not ask: showing it paints the rows.
void FactsDock::ask()
{
    if (!m_table->isVisible())
        return;
    const int first = std::max(0, m_table->rowAt(0));
    const int bottom = m_table->rowAt(m_table->viewport()->height() - 1);
    std::vector<int> seen;
    for (int shown = first; shown <= (bottom < 0 ? m_filter.rowCount() - 1 : bottom); ++shown)
        seen.push_back(m_filter.mapToSource(m_filter.index(shown, 0)).row());
    m_asking.ask(seen);
}

std::vector<int> FactsDock::selectedRows() const
{
    std::vector<int> rows;
    const QModelIndexList selected = m_table->selectionModel()->selectedRows();
    if (selected.size() > 1)  // one row is always selected once it was clicked
        for (const QModelIndex& index : selected)
            rows.push_back(m_filter.mapToSource(index).row());
    return rows;
}

std::vector<Relation> FactsDock::chosenFacts() const
{
    std::vector<int> rows = selectedRows();
    if (rows.empty())
        for (int shown = 0; shown < m_filter.rowCount(); ++shown)
            rows.push_back(m_filter.mapToSource(m_filter.index(shown, 0)).row());
    std::ranges::sort(rows);
    std::vector<Relation> chosen;
    int last = -1;
    for (const int row : rows) {
        const int of = m_model.relationOf(row);
        if (of != last) {
            Relation relation = m_model.relation(of);
            relation.samples.clear();
            std::rotate(relation.templates.begin(), relation.templates.begin() + m_model.templateOf(of),
                        relation.templates.begin() + m_model.templateOf(of) + 1);
            chosen.push_back(std::move(relation));
        }
        last = of;
        chosen.back().samples.push_back(m_model.sample(row));
    }
    return chosen;
}

Json FactsDock::experimentParameters() const
{
    Json parameters = Json::object();
    if (m_model.file() && !m_model.file()->path.isEmpty())
        parameters["facts"] = Json::array({m_model.file()->path.toStdString()});
    if (m_relation->currentIndex() > 0) {
        const int relation = m_relation->currentIndex() - 1;
        parameters["relations"] = Json::array({m_model.relation(relation).name});
        if (const int chosen = m_model.templateOf(relation); chosen > 0)
            parameters["template"] = std::to_string(chosen + 1);
    }
    return parameters;
}

/// Facts of the file, and of the relation that is chosen.
int FactsDock::factsInRelation() const
{
    const int relation = m_relation->currentIndex() - 1;
    return relation < 0 ? m_model.rowCount() : int(m_model.relation(relation).samples.size());
}

QString FactsDock::chosenName() const
{
    const int selected = int(selectedRows().size()), shown = m_filter.rowCount();
    if (selected > 0 && selected < shown)
        return tr("the %1 facts selected").arg(selected);
    return shown == 0 || shown == factsInRelation() ? QString()
           : shown == 1                             ? tr("the fact shown")
                                                    : tr("the %1 facts shown").arg(shown);
}

void FactsDock::showEvent(QShowEvent* event)
{
    QDockWidget::showEvent(event);
    if (!std::exchange(m_wasShown, true))
        Q_EMIT firstShown();
}

/// Whatever moves the rows is followed by painting them.
bool FactsDock::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Paint && !m_look.isActive())
        m_look.start();
    return QDockWidget::eventFilter(watched, event);
}

}  // namespace mnemo
