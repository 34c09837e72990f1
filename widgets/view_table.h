// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/metric.h"
#include "core/data/result.h"
#include "widgets/cell.h"

#include <QString>
#include <QWidget>
#include <functional>
#include <vector>

namespace mnemo {

/// A widget that shows one result and follows it as it grows. Base of all entries of the view table.
class ResultView : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    virtual void setResult(ResultPtr result) = 0;  ///< a newer snapshot of the same kind; null empties the view
    virtual void setMetric(Metric) {}
    virtual Metric metric() const { return Metric::IndirectEffect; }  ///< what its cells are coloured by
    virtual void setCurrentCell(Cell) {}  ///< follows the application's selection, emits nothing
    virtual void setStale(bool) {}
    virtual Json choice() const { return {}; }  ///< what of it is shown: the head's "choice" in figures and files

Q_SIGNALS:
    void cellClicked(const QString& site, mnemo::Cell cell);
    void cellActivated(const QString& site, mnemo::Cell cell);
    void currentCellChanged(const QString& site, mnemo::Cell cell);
    void cellsSelected(const QString& site, mnemo::CellRange cells);
    void tokenClicked(int pos);
    void pointClicked(int series, int layer);  ///< of a plot over layers: indices
    void vocabularyClicked(int tokenId);
    void choiceChanged();
    void graphExportRequested(bool whole);  ///< as a file for programs that draw graphs; false: what is drawn
    void asked(const QString& experiment, const mnemo::Json& parameters);  ///< to be run, as another result
};

/// One way to show results. To add one: a ResultView and an entry here; plots that figures have too are a ChartKind.
struct ViewEntry {
    QString key;    ///< "trace", "bars"
    QString title;  ///< in the tab's menu
    std::function<bool(const Result&)> accepts;
    std::function<ResultView*(QWidget* parent)> make;
};

using ViewTable = std::vector<ViewEntry>;

/// Every view of this program, the most particular first; the last one shows any result as a table.
ViewTable builtInViews();

/// First entry that accepts the result, or null.
const ViewEntry* viewFor(const ViewTable& table, const Result& result);

}  // namespace mnemo
