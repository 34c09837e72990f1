// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/figure.h"

#include <QTimer>
#include <QWidget>
#include <functional>

class QLabel;

namespace mnemo {

/// A picture of the figure as it would be written, and its size; or why there is none.
class FigurePreview : public QWidget
{
    Q_OBJECT

public:
    /// @param make what is to be shown; asked again after each refresh(). Its Failures are shown
    explicit FigurePreview(std::function<Drawing()> make, QWidget* parent = nullptr);

    void setResolutionShown(bool shown);   ///< pixels are named: of a PNG
    void setInstead(const QString& text);  ///< shown instead of a figure: of data. Empty: the figure
    void refresh();                        ///< soon; once for many changes

Q_SIGNALS:
    void drawn(bool ok);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void draw();
    void show(const Drawing& drawing);

    std::function<Drawing()> m_make;
    QString m_instead;
    bool m_resolution = true;
    QLabel* m_picture;
    QLabel* m_note;
    QTimer m_draw;
};

}  // namespace mnemo
