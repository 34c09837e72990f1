// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QAbstractButton>
#include "widgets/path_losses.h"

#include <QHash>
#include <QString>
#include <QStringList>
#include <QWidget>
#include <vector>

class QPainter;

namespace mnemo {

/// One state of the picture: a button in the hue of its site.
class StateButton : public QAbstractButton
{
    Q_OBJECT

public:
    StateButton(const QString& site, QWidget* parent);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_site;
};

class LossBars;

/// What happens to one token in one block of a model (Figs 1 and 4 of Sen Sharma et al. 2024), from left to right. Its
/// states are buttons that choose a site. Below them stands what is lost when the paths through them are severed.
class BlockDiagram : public QWidget
{
    Q_OBJECT

public:
    /// A part of the picture, in columns and rows.
    struct Node {
        QString text;
        QString site;   ///< empty: an operation, or the residual that comes in
        double column;  ///< of its middle
        double row;
    };
    struct Picture {
        std::vector<Node> nodes;
        std::vector<std::pair<int, int>> arrows;  ///< between nodes
        double columns = 1, rows = 1;
    };

    explicit BlockDiagram(QWidget* parent = nullptr);

    void setArchitecture(const QString& name);               ///< "mamba" or "gpt_neox"; of others there is no picture
    void setSites(const QStringList& sites);                 ///< those that can be chosen
    void setCurrentSite(const QString& site);                ///< emits nothing
    void setHelp(const QString& site, const QString& text);  ///< of a state, also of later architectures
    StateButton* state(const QString& site) const;           ///< null where the picture has none

    /// Bars by what is severed: a state, or "attn + mlp" where both are added. @param about a line below: what they are
    /// of; empty: no line
    void setLosses(const std::map<std::string, PathLoss>& losses, const QString& about);
    QString about() const { return m_about; }
    std::vector<LossBars*> losses() const;

    QSize sizeHint() const override { return {720, m_about.isEmpty() ? 130 : 160}; }
    QSize minimumSizeHint() const override { return {420, m_about.isEmpty() ? 96 : 120}; }

Q_SIGNALS:
    void siteChosen(const QString& site);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QRectF placeOf(const Node& node) const;
    const Node* nodeOf(const QString& severed) const;
    double aboutHeight() const;
    void showLosses();
    void arrange();
    void enable();
    void drawAbout(QPainter& painter) const;

    Picture m_picture;
    QStringList m_sites;
    QHash<QString, QString> m_help;
    QHash<QString, StateButton*> m_states;  ///< owned by Qt's parent
    std::map<std::string, PathLoss> m_losses;
    QString m_about;
    QHash<QString, LossBars*> m_bars;  ///< by what is severed; owned by Qt's parent
};

}  // namespace mnemo
