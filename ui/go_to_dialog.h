// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/cell_address.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QStringListModel;

namespace mnemo {

/// A line that takes a layer, a token and a site, and says what there is.
class GoToDialog : public QDialog
{
    Q_OBJECT

public:
    /// @param now what is looked at: what is not typed stays
    GoToDialog(AddressBook book, CellAddress now, QWidget* parent = nullptr);

    void accept() override;  ///< stays open where what was typed cannot be read, and says why

Q_SIGNALS:
    void chosen(const mnemo::CellAddress& address);

private:
    void offer(const QString& typed);

    AddressBook m_book;
    CellAddress m_now;
    QLineEdit* m_line;
    QLabel* m_help;
    QStringListModel* m_offered;
};

}  // namespace mnemo
