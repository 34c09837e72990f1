// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/result_panel.h"

#include "core/data/causal_profile.h"
#include "core/data/curves_beside.h"
#include "ui/edit_request.h"
#include "ui/lre_controls.h"
#include "ui/result_cases.h"
#include "ui/result_facts.h"
#include "ui/result_samples.h"
#include "widgets/json_value.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

constexpr int besideLetters = 18;  // of what stands beside: which model it is, and the heading keeps its room

/// Why facts were left out, as far as some were.
QString leftOut(const Json& counts)
{
    QStringList parts;
    for (const auto& [key, words] : {std::pair{"unknown", ResultPanel::tr("%1 the model does not know")},
                                     std::pair{"without_partner", ResultPanel::tr("%1 without a swap")},
                                     std::pair{"same_answer", ResultPanel::tr("%1 whose swap answers the same")},
                                     std::pair{"weak", ResultPanel::tr("%1 with a weak effect")}})
        if (const double count = jsonNumber(counts, key); count > 0)
            parts << words.arg(count);
    return parts.isEmpty() ? QString() : ResultPanel::tr("left out: %1").arg(parts.join(QStringLiteral(", ")));
}

/// A list of the head; empty where there is none.
Json rowsOf(const ResultPtr& result, const char* key)
{
    const Json rows = result ? jsonMember(result->head, key) : Json();
    return rows.is_array() ? rows : Json::array();
}

}  // namespace

ResultPanel::ResultPanel(const ViewTable& views, QWidget* parent)
    : QWidget(parent),
      m_views(views),
      m_heading(new QLabel(this)),
      m_badge(new QLabel(this)),
      m_progress(new QProgressBar(this)),
      m_showRows(button("showFacts", tr("&Facts"), tr("The facts it is computed from, one by one"))),
      m_stop(button("stopResult", tr("Stop"), tr("Stop and keep what is done (Esc)"))),
      m_resume(button("resumeResult", tr("&Resume"), tr("Go on until it is complete"))),
      m_change(button("changeResult", tr("&Change…"), tr("Run it once more with other parameters"))),
      m_pages(new QStackedWidget(this)),
      m_waiting(new QLabel(this)),
      m_facts(new ResultFacts),
      m_cases(new ResultCases),
      m_samples(new ResultSamples),
      m_lre(new LreControls(this)),
      m_beside(new QComboBox(this))
{
    setObjectName("resultPanel");
    m_heading->setObjectName("resultHeading");
    m_heading->setTextFormat(Qt::RichText);
    m_heading->setWordWrap(true);
    m_badge->setObjectName("resultBadge");
    m_progress->setObjectName("resultProgress");
    m_progress->setAccessibleName(tr("Share that is done"));
    m_progress->setTextVisible(false);
    m_progress->setMaximumSize(110, fontMetrics().height());
    m_showRows->setCheckable(true);
    m_waiting->setAlignment(Qt::AlignCenter);
    m_waiting->setWordWrap(true);
    m_pages->addWidget(m_waiting);
    m_pages->addWidget(m_facts);
    m_pages->addWidget(m_cases);
    m_pages->addWidget(m_samples);
    m_lre->setVisible(false);

    m_beside->setObjectName("resultBeside");
    m_beside->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_beside->setMinimumContentsLength(besideLetters);
    m_beside->setAccessibleName(tr("Beside"));
    m_beside->setToolTip(tr("Another result's curves, dashed, at the same depth: layer ℓ of L at ℓ/L"));
    m_beside->setVisible(false);

    auto* line = new QHBoxLayout;
    line->addWidget(m_heading, 1);
    for (QWidget* part :
         std::initializer_list<QWidget*>{m_badge, m_progress, m_beside, m_showRows, m_stop, m_resume, m_change})
        line->addWidget(part);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 2);
    column->setSpacing(4);
    column->addLayout(line);
    column->addWidget(m_lre);
    column->addWidget(m_pages, 1);

    connect(m_beside, &QComboBox::currentIndexChanged, this,
            [this] { Q_EMIT besideChosen(m_beside->currentData().toInt()); });
    connect(m_showRows, &QPushButton::toggled, this, &ResultPanel::showResult);
    connect(m_stop, &QPushButton::clicked, this, &ResultPanel::stopRequested);
    connect(m_resume, &QPushButton::clicked, this, &ResultPanel::resumeRequested);
    connect(m_change, &QPushButton::clicked, this, &ResultPanel::changeRequested);
    connect(m_facts, &ResultFacts::factChosen, this, [this](FactForm form) {
        form.prefix = formFromParameters(m_result->parameters).prefix;
        Q_EMIT factChosen(form);
    });
    connect(m_cases, &ResultCases::editChosen, this,
            [this](int index, const EditPlace& place) { Q_EMIT editChosen(editOfCase(*m_result, place, index)); });
    connect(m_samples, &ResultSamples::factChosen, this, &ResultPanel::askOneFact);
    connect(m_lre, &LreControls::chosen, this, [this] {
        m_choice = toJson(m_lre->choice());
        showBeside();
        tellChoice();
    });
}

QPushButton* ResultPanel::button(const QString& name, const QString& text, const QString& help)
{
    auto* made = new QPushButton(text, this);
    made->setObjectName(name);
    made->setToolTip(help);
    return made;
}

QString ResultPanel::badge() const
{
    return m_badge->text();
}

Metric ResultPanel::metric() const
{
    return m_view ? m_view->metric() : Metric::IndirectEffect;
}

void ResultPanel::setEntry(const ResultEntry& entry)
{
    const bool otherChoice = std::exchange(m_choice, entry.choice) != entry.choice;
    if (std::exchange(m_besideId, entry.beside) != entry.beside || (otherChoice && entry.result == m_result))
        showBeside();
    if (entry.result && entry.result != m_result) {
        m_result = entry.result;
        if (const ViewEntry* best = m_view ? nullptr : viewFor(m_views, *m_result)) {
            m_view = best->make(nullptr);
            m_pages->addWidget(m_view);
            connect(m_view, &ResultView::pointClicked, this, [this](int series, int layer) {
                if (const Json edit = editOfPoint(*m_result, series, layer); !edit.is_null())
                    Q_EMIT editChosen(edit);
            });
            connect(m_view, &ResultView::asked, this, &ResultPanel::asked);
            connect(m_view, &ResultView::choiceChanged, this, [this] {
                takeChoice();
                tellChoice();
            });
            connect(m_view, &ResultView::graphExportRequested, this, &ResultPanel::graphExportRequested);
            Q_EMIT viewMade();
        }
        if (m_result->kind == "lre")
            m_lre->setResult(*m_result);
        showBeside();
        m_facts->setFacts(rowsOf(m_result, "facts"));
        m_facts->setPeaksShown(m_result->kind == "average");
        if (m_result->kind == "evaluate")
            m_cases->setEvaluation(*m_result);
        if (m_result->kind == "lre")
            m_samples->setRelations(rowsOf(m_result, "relations"));
    }
    showHeading(entry);
    showState(entry);
    showResult();
}

void ResultPanel::setOthers(const std::vector<ResultEntry>& others)
{
    m_others = others;
    {
        const QSignalBlocker quiet(m_beside);
        m_beside->clear();
        m_beside->addItem(tr("beside: none"), 0);
        for (const ResultEntry& other : others)
            m_beside->addItem(tr("beside: %1").arg(QString::fromStdString(nameBeside(*other.result))), other.id);
    }
    m_beside->view()->setMinimumWidth(m_beside->view()->sizeHintForColumn(0));  // the list says all of it
    m_beside->setVisible(!others.empty());
    showBeside();
}

void ResultPanel::setProfile(const ResultPtr& average)
{
    if (std::exchange(m_profile, average) != average)
        showBeside();
}

/// The one whose curves are wanted beside these; null while it has none.
const ResultEntry* ResultPanel::other() const
{
    const auto found = std::ranges::find(m_others, m_besideId, &ResultEntry::id);
    return found == m_others.end() ? nullptr : &*found;
}

ResultPtr ResultPanel::beside() const
{
    return m_result && other() ? other()->result : nullptr;
}

/// The chosen one's curves as the reference of these, in a copy: sessions keep each result as it is.
void ResultPanel::showBeside()
{
    {
        const QSignalBlocker quiet(m_beside);
        m_beside->setCurrentIndex(std::max(0, m_beside->findData(m_besideId)));
    }
    m_shown = m_result;
    if (m_result && m_profile && !m_result->head.contains("profile")) {
        auto compared = std::make_shared<Result>(*m_result);
        addProfile(*compared, *m_profile);
        m_shown = compared;
    }
    if (m_result && !m_choice.is_null()) {
        auto chosen = std::make_shared<Result>(*m_shown);
        chosen->head["choice"] = m_choice;
        m_shown = chosen;
    }
    if (m_result && m_result->kind == "lre") {  // which of its numbers are looked at goes with it into figures
        if (!m_choice.is_null())
            m_lre->setChoice(lreChoiceOf(*m_shown));
        auto chosen = std::make_shared<Result>(*m_result);
        chosen->head["choice"] = toJson(m_lre->choice());
        m_shown = chosen;
    }
    if (const ResultPtr theirs = beside())
        m_shown = std::make_shared<const Result>(withCurvesBeside(*m_shown, *theirs));
    if (m_view && m_shown)
        m_view->setResult(m_shown);
    takeChoice();
}

/// What the view shows of the result goes with it into figures and files.
void ResultPanel::takeChoice()
{
    const Json choice = m_view && m_shown ? m_view->choice() : Json();
    if (choice.is_null())
        return;
    auto chosen = std::make_shared<Result>(*m_shown);
    chosen->head["choice"] = choice;
    m_shown = chosen;
}

/// The choice is the user's: the entry keeps it.
void ResultPanel::tellChoice()
{
    m_choice = m_shown->head["choice"];
    Q_EMIT choiceTaken(m_choice);
}

/// The fact through the same map, which is that of the first trial.
void ResultPanel::askOneFact(const Json& question)
{
    Json parameters = m_result->parameters;
    for (const char* key : {"relations", "layers", "trials", "limit"})
        parameters.erase(key);
    parameters.update(question);
    Q_EMIT asked(QStringLiteral("lre-fact"), parameters);
}

void ResultPanel::showHeading(const ResultEntry& entry)
{
    QString text = tr("<b>%1</b>").arg(titleOf(entry).toHtmlEscaped());
    if (!entry.modelName.isEmpty())
        text += QStringLiteral(" · ") + entry.modelName.toHtmlEscaped();
    if (const QString why = m_result ? leftOut(jsonMember(m_result->head, "counts")) : QString(); !why.isEmpty())
        text += QStringLiteral(" · ") + why;
    if (m_result && entry.state == JobState::Failed)
        text += QStringLiteral(" · ") + QString::fromStdString(entry.error.message).toHtmlEscaped();
    m_heading->setText(text);
}

void ResultPanel::showState(const ResultEntry& entry)
{
    const bool running = entry.state == JobState::Running;
    const bool failed = entry.state == JobState::Failed;
    const bool complete = m_result && m_result->done >= 1 && !failed;
    const auto facts = factsDone(entry);
    QString text = running ? tr("computing …") : complete ? QString() : failed ? tr("failed") : tr("stopped");
    if (facts && (running || !complete))
        text = (running  ? tr("%1 of %2 facts")
                : failed ? tr("failed at %1 of %2 facts")
                         : tr("stopped at %1 of %2 facts"))
                   .arg(facts->first)
                   .arg(facts->second);
    m_badge->setText(text);
    m_badge->setVisible(!text.isEmpty());
    m_progress->setVisible(running);
    m_progress->setRange(0, int(entry.progress.total));  // 0: busy, nobody knows how long
    m_progress->setValue(int(entry.progress.done));
    m_stop->setVisible(running);
    const bool refused = failed && entry.error.code == ErrorCode::Usage;  // and would be again
    m_resume->setVisible(!running && !complete && !refused);
    m_change->setVisible(!running);
    m_waiting->setText(running ? tr("No numbers yet: it waits for what runs before it, or reads the prompts …")
                       : entry.error.message.empty()
                           ? tr("It was stopped before its first result. Resume, or change what is asked.")
                           : QString::fromStdString(entry.error.message + "\n" + entry.error.hint));
}

ResultPanel::RowsPage ResultPanel::rowsPage() const
{
    if (m_result && m_result->kind == "lre")
        return {m_samples, m_samples->samples(), tr("&Facts (%1)").arg(m_samples->samples())};
    const int facts = int(rowsOf(m_result, "facts").size()), cases = int(rowsOf(m_result, "cases").size());
    if (facts > 0)
        return {m_facts, facts + cases, tr("&Facts (%1)").arg(facts + cases)};
    return {m_cases, cases, tr("Ca&ses (%1)").arg(cases)};
}

void ResultPanel::showResult()
{
    const RowsPage rows = rowsPage();
    m_showRows->setVisible(rows.rows > 0);
    m_showRows->setText(rows.title);
    const bool showsRows = m_showRows->isChecked() && rows.rows > 0;
    m_pages->setCurrentWidget(showsRows ? rows.page : m_view ? static_cast<QWidget*>(m_view) : m_waiting);
    m_lre->setVisible(m_result && m_result->kind == "lre" && !showsRows);
}

}  // namespace mnemo
