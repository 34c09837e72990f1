// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemoscope/screenshot.h"

#include "ui/main_window.h"

#include <QApplication>
#include <QPixmap>
#include <QTimer>

namespace mnemo {
namespace {

constexpr int patienceMs = 60'000;
constexpr int settleMs = 1500;  // the patched run of the chosen cell, and a repaint

}  // namespace

void saveScreenshot(MainWindow& window, const QString& file)
{
    QTimer::singleShot(patienceMs, &window, [] { QCoreApplication::exit(1); });
    QObject::connect(&window, &MainWindow::traceFinished, &window, [&window, file](int id) {
        const Trace* trace = window.traces().find(id);
        const Json head = trace && trace->result ? trace->result->head : Json::object();
        const Json subject = head.value("subject", Json::array({0, 1}));
        const Json sites = head.value("sites", Json::array({"h"}));
        window.selection().setCell(QString::fromStdString(sites.at(0).get<std::string>()),
                                   {3, std::max(0, subject.at(1).get<int>() - 1)});
        QTimer::singleShot(settleMs, &window,
                           [&window, file] { QCoreApplication::exit(window.grab().save(file) ? 0 : 1); });
    });
}

}  // namespace mnemo
