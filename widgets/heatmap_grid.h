// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/heatmap.h"

#include <QWidget>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// Small multiples: several maps of one prompt, one per site, with a linked cursor and one set of row labels per line.
/// The number of columns follows the width, unless it is set.
class HeatmapGrid : public QWidget
{
    Q_OBJECT

public:
    struct Panel {
        std::string site;                      ///< "h", "o", …: gives hue and key
        QString title;                         ///< "h · residual"
        QString layerLabel;                    ///< below the map
        QString valueLabel;                    ///< of the colour bar
        ArrayPtr array;                        ///< null: a place that stays free
        std::optional<ValueRange> range = {};  ///< a scale of its own, for what the others' does not suit
        QString colourMap = {};                ///< its own, whatever is chosen for all
        std::vector<QString> texts = {};       ///< in its cells: [layer, row], or none
        std::vector<RowLabel> rows = {};       ///< its own, where its tokens are not the others'
    };

    explicit HeatmapGrid(QWidget* parent = nullptr);

    void setPanels(const std::vector<Panel>& panels);  ///< keeps the maps whose sites stay
    void setRows(const std::vector<RowLabel>& rows);
    void setRange(double low, double high);  ///< one scale for all
    void setAutoRange();
    void setColourMap(const QString& name);  ///< as siteColourMap(): one for all, or empty for each site's hue
    void setCurrentCell(Cell cell);          ///< in all maps; emits nothing
    Cell currentCell() const { return m_current; }
    void setStale(bool stale);
    void setProgress(double share);
    void setEmptyText(const QString& text);
    void setColumns(int columns);                        ///< so many, in lines of equal height; 0: as many as fit
    void setRowLabelsVisible(bool visible);              ///< false: none even in the first column
    int rowLabelsWidth() const;                          ///< pixels of the first column's; 0 without labels
    void setMarkedCell(const QString& site, Cell cell);  ///< in one site's map alone; in none where that has none
    void setNotedCells(const std::map<std::string, std::vector<Cell>>& cells);  ///< by site
    void setWindows(const std::map<std::string, int>& layers);                  ///< window per site
    void setCellText(std::function<QString(const std::string& site, Cell)> text);

    Heatmap* map(const std::string& site) const;  ///< null when absent
    std::vector<std::string> sites() const;
    int columns() const { return m_columns; }

    /// On a page that scrolls: maps do not become so low that rows or columns lose their names.
    void setRowsReadable(bool readable);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void cellClicked(const QString& site, mnemo::Cell cell);
    void cellActivated(const QString& site, mnemo::Cell cell);
    void currentCellChanged(const QString& site, mnemo::Cell cell);
    void cellHovered(const QString& site, mnemo::Cell cell);  ///< invalid when the mouse leaves the map
    void cellsSelected(const QString& site, mnemo::CellRange cells);
    void tokenClicked(int pos);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Entry {
        std::string site;
        Heatmap* map;
        std::optional<ValueRange> range = {};
        QString colourMap = {};
        std::vector<RowLabel> rows = {};
    };

    Heatmap* addMap(const std::string& site);
    void colour(const Entry& entry) const;
    int fittingColumns() const;
    int lines() const;  ///< rows of maps
    int readableHeight(const Heatmap& map) const;
    void labelRows(const Entry& entry) const;
    void showRowLabels();
    int labelsWidth(int column) const;  ///< pixels that its maps' row labels want
    int cellsWidth() const;             ///< of each column without them
    void arrange();
    void alignColumns();

    std::vector<Entry> m_maps;
    std::vector<RowLabel> m_rows;
    QString m_colourMap;
    QString m_emptyText;
    std::function<QString(const std::string&, Cell)> m_cellText;
    ValueRange m_range;
    bool m_autoRange = true;
    bool m_stale = false;
    bool m_labelled = true;
    bool m_readable = false;
    int m_fixedColumns = 0;
    int m_columns = 0;
    Cell m_current;
};

}  // namespace mnemo
