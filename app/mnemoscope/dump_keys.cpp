// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemoscope/dump_keys.h"

#include "ui/actions.h"
#include "ui/key_list.h"

#include <QMainWindow>
#include <QMenuBar>
#include <cstdio>

namespace mnemo {

int dumpKeys()
{
    QMainWindow window;
    const Actions actions(&window, {});
    const QByteArray text = keysAsText(allKeys(*window.menuBar())).toUtf8();
    return std::fwrite(text.constData(), 1, std::size_t(text.size()), stdout) == std::size_t(text.size()) ? 0 : 1;
}

}  // namespace mnemo
