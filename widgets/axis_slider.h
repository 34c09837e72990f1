// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QStringList>
#include <QWidget>
#include <optional>

class QLabel;
class QSlider;

namespace mnemo {

/// One of the labels of an axis by a slider, with a name before it and the label behind it; with `best` also none of
/// them, at its left end.
class AxisSlider : public QWidget
{
    Q_OBJECT

public:
    /// @param name "β" @param best what stands for none; empty: there always is one
    AxisSlider(const QString& name, const QString& best, QWidget* parent = nullptr);

    void setLabels(const QStringList& labels);  ///< keeps the place where the labels are the same; emits nothing
    void setIndex(std::optional<int> index);    ///< emits nothing
    std::optional<int> index() const;           ///< none: the best
    QSlider* slider() const { return m_slider; }

Q_SIGNALS:
    void moved();  ///< by the user

private:
    void showText();

    QString m_best;
    QStringList m_labels;
    QSlider* m_slider;
    QLabel* m_text;
};

}  // namespace mnemo
