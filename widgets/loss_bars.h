// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/path_losses.h"

#include <QWidget>

namespace mnemo {

/// The hues of the two tokens, as in the knock-out's curves.
QColor subjectLastColour(const QColor& background);
QColor promptLastColour(const QColor& background);

/// Two bars, for the subject's and the prompt's last token: what is lost when a path is severed, from nothing to all of
/// the effect (1). What is gained is hollow. The numbers are in the tooltip, and for screen readers.
class LossBars : public QWidget
{
    Q_OBJECT

public:
    LossBars(const QString& what, const PathLoss& loss, QWidget* parent);

    /// "s severed: at the subject's last token 0.42 of IE 0.8 is lost, …"
    QString text() const { return m_text; }

    QSize sizeHint() const override { return {46, 12}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    PathLoss m_loss;
    QString m_text;
};

}  // namespace mnemo
