// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/paraphrase_dock.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

namespace mnemo {

ParaphraseDock::ParaphraseDock(EngineClient& engine, const FactBook& book, QWidget* parent)
    : QDockWidget(tr("Paraphrases"), parent),
      m_book(book),
      m_asking(engine),
      m_order(new QSortFilterProxyModel(this)),
      m_pages(new QStackedWidget(this)),
      m_view(new QTableView),
      m_continuation(new QLabel),
      m_own(new QLineEdit),
      m_scores(new QLabel)
{
    setObjectName("paraphraseDock");
    setUpView();
    auto* empty =
        new QLabel(tr("No edit yet. Edits ▸ Edit a fact… (Ctrl+Shift+E) makes one; sentences around it are "
                      "asked here."));
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    m_pages->addWidget(empty);
    m_pages->addWidget(makePage());
    setWidget(m_pages);
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &ParaphraseDock::ask);
    connect(&m_asking, &ParaphraseAsking::answered, this,
            [this](const QString& prompt, const RowAnswer& before, const RowAnswer& after) {
                if (const int row = rowOf(prompt); row >= 0)
                    m_table.setAnswer(row, before, after);
            });
    connect(&m_asking, &ParaphraseAsking::refused, this, [this](const QString& prompt, const Error& error) {
        if (const int row = rowOf(prompt); row >= 0)
            m_table.setProblem(row, QString::fromStdString(error.message));
    });
    connect(&m_table, &ParaphraseTable::dataChanged, this, [this] {
        showScores();
        showContinuation();
    });
}

void ParaphraseDock::setUpView()
{
    m_order->setSourceModel(&m_table);
    m_order->setSortRole(Qt::UserRole);
    m_order->setDynamicSortFilter(false);  // rows do not jump while answers come in
    m_view->setObjectName("paraphraseTable");
    m_view->setAccessibleName(tr("Sentences around the edit"));
    m_view->setModel(m_order);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(-1, Qt::AscendingOrder);
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setAlternatingRowColors(true);
    m_view->setWordWrap(false);
    m_view->verticalHeader()->hide();
    m_view->verticalHeader()->setDefaultSectionSize(m_view->fontMetrics().height() + 6);
    m_view->horizontalHeader()->setStretchLastSection(true);
    m_view->installEventFilter(this);
    const std::pair<int, int> widths[] = {{ParaphraseTable::Kind, 96},  {ParaphraseTable::Prompt, 310},
                                          {ParaphraseTable::OldP, 130}, {ParaphraseTable::NewP, 130},
                                          {ParaphraseTable::Rank, 80},  {ParaphraseTable::Top, 145}};
    for (const auto& [column, width] : widths)
        m_view->setColumnWidth(column, width);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ParaphraseDock::showContinuation);
}

QWidget* ParaphraseDock::makePage()
{
    m_continuation->setObjectName("paraphraseContinuation");
    m_continuation->setTextFormat(Qt::RichText);
    m_continuation->setWordWrap(true);
    m_continuation->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_continuation->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_continuation->setContentsMargins(6, 4, 6, 4);
    auto* beside = new QScrollArea;
    beside->setWidgetResizable(true);
    beside->setFrameShape(QFrame::NoFrame);
    beside->setWidget(m_continuation);
    auto* both = new QSplitter(Qt::Horizontal);
    both->setObjectName("paraphraseSplitter");
    both->addWidget(m_view);
    both->addWidget(beside);
    both->setStretchFactor(0, 3);
    both->setStretchFactor(1, 1);
    both->setSizes({900, 260});
    m_scores->setObjectName("paraphraseScores");
    m_scores->setTextFormat(Qt::RichText);
    m_scores->setToolTip(
        tr("ES, PS, NS: how many rewrites, paraphrases and neighbours are as they should be; S: their "
           "harmonic mean."));
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addWidget(both, 1);
    column->addWidget(makeOwn());
    return page;
}

QWidget* ParaphraseDock::makeOwn()
{
    m_own->setObjectName("paraphraseOwn");
    m_own->setAccessibleName(tr("Your own prompt"));
    m_own->setPlaceholderText(tr("Add a prompt of your own (Enter); Delete takes a row away"));
    auto* paste = new QPushButton(tr("Paste &lines"));
    paste->setObjectName("paraphrasePaste");
    paste->setToolTip(tr("Every line of the clipboard becomes a row"));
    auto* own = new QWidget;
    auto* line = new QHBoxLayout(own);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_scores);
    line->addStretch();
    line->addWidget(m_own, 1);
    line->addWidget(paste);
    connect(m_own, &QLineEdit::returnPressed, this, [this] {
        addOwn(m_own->text());
        m_own->clear();
    });
    connect(paste, &QPushButton::clicked, this, [this] { addOwn(QApplication::clipboard()->text()); });
    return own;
}

void ParaphraseDock::setFact(const std::optional<EditedFact>& fact)
{
    if (fact == m_fact)
        return;
    m_fact = fact;
    m_pages->setCurrentIndex(fact ? 1 : 0);
    std::vector<ParaphraseRow> rows = fact ? rowsAround(*fact, m_book) : std::vector<ParaphraseRow>();
    for (const ParaphraseRow& old : m_table.rows())
        if (old.kind == RowKind::Own)
            rows.push_back({RowKind::Own, old.prompt, {}, {}, {}});
    m_table.setRows(std::move(rows));
    showScores();
    refresh();
}

void ParaphraseDock::refresh()
{
    m_asking.stop();
    m_table.setStale();
    m_again.start();
}

void ParaphraseDock::addOwn(const QString& lines)
{
    setOwn(own() + lines.split(QLatin1Char('\n')));
}

void ParaphraseDock::setOwn(const QStringList& prompts)
{
    const QStringList before = own();
    m_table.setOwn(prompts);
    if (own() == before)
        return;
    Q_EMIT ownChanged(before, own());
    m_again.start();
}

void ParaphraseDock::removeChosen()
{
    QStringList left = own();
    for (const QModelIndex& index : m_view->selectionModel()->selectedRows())
        left.removeAll(m_table.rows()[std::size_t(m_order->mapToSource(index).row())].prompt);
    setOwn(left);
}

std::vector<int> ParaphraseDock::rowsInSight() const
{
    std::vector<int> rows;
    const int height = m_view->viewport()->height();
    for (int i = 0; i < m_order->rowCount(); ++i)
        if (const int y = m_view->rowViewportPosition(i); y > -m_view->rowHeight(i) && y < height)
            rows.push_back(m_order->mapToSource(m_order->index(i, 0)).row());
    return rows;
}

void ParaphraseDock::ask()
{
    if (!m_fact || !isVisible())
        return;  // showEvent() comes back to it
    QStringList prompts;
    for (const ParaphraseRow& row : m_table.rows())
        prompts << row.prompt;
    std::vector<int> order = rowsInSight();
    const int seen = int(order.size());
    for (int row = 0; row < prompts.size(); ++row)
        if (std::ranges::find(order, row) == order.end())
            order.push_back(row);
    m_asking.ask(*m_fact, prompts, std::move(order), seen);
}

int ParaphraseDock::rowOf(const QString& prompt) const
{
    const auto row = std::ranges::find(m_table.rows(), prompt, &ParaphraseRow::prompt);
    return row == m_table.rows().end() ? -1 : int(row - m_table.rows().begin());
}

void ParaphraseDock::showScores()
{
    m_scores->setText(scoresText(scoresOf(m_table.rows())));
}

QString ParaphraseDock::scores() const
{
    return m_scores->text();
}

void ParaphraseDock::showContinuation()
{
    const int chosen = m_order->mapToSource(m_view->currentIndex()).row();
    const ParaphraseRow* row = chosen < 0 ? nullptr : &m_table.rows()[std::size_t(chosen)];
    if (!row)
        return m_continuation->setText(tr("Choose a row: how the model goes on, before and after, is shown here."));
    if (!row->before || row->before->continuation.isEmpty())
        return m_continuation->setText(tr("…"));
    const auto [before, after] = markDifferences(row->before->continuation, row->after->continuation);
    m_continuation->setText(tr("<p><i>before</i><br>%1 %2</p><p><i>after</i><br>%1 %3</p>")
                                .arg(row->prompt.toHtmlEscaped(), before, after));
}

void ParaphraseDock::showEvent(QShowEvent* event)
{
    QDockWidget::showEvent(event);
    m_again.start();
}

bool ParaphraseDock::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_view && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Delete) {
        removeChosen();
        return true;
    }
    return QDockWidget::eventFilter(watched, event);
}

}  // namespace mnemo
