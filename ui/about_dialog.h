// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/program_facts.h"

#include <QDialog>

namespace mnemo {

/// What program this is, by what licence, from which versions and folders; all of it can be copied into a report.
class AboutDialog : public QDialog
{
    Q_OBJECT

public:
    AboutDialog(const std::vector<ProgramFact>& facts, QWidget* parent);
};

}  // namespace mnemo
