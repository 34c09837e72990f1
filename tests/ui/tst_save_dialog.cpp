// SPDX-License-Identifier: GPL-3.0-or-later
// Where to save: the ending follows the filter, and nothing is replaced unasked.
#include "ui/save_dialog.h"

#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QMessageBox>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <functional>

using namespace mnemo;

namespace {

const QString filters = QStringLiteral("Rows (*.jsonl);;One relation (*.json)");

/// What somebody does once a window of this type is in front.
template <class Window>
void whenAsked(const std::function<void(Window&)>& act)
{
    auto* timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, act] {
        auto* window = qobject_cast<Window*>(QApplication::activeModalWidget());
        if (!window)
            return;
        delete timer;
        act(*window);
    });
    timer->start(10);
}

void save(QFileDialog& dialog)
{
    dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save)->click();
}

}  // namespace

class TestSaveDialog : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase() { QApplication::setAttribute(Qt::AA_DontUseNativeDialogs); }

    void theEndingIsThatOfTheFilter()
    {
        whenAsked<QFileDialog>([](QFileDialog& dialog) { save(dialog); });
        QCOMPARE(askSaveFile(nullptr, "Save", m_folder.filePath("facts"), filters), m_folder.filePath("facts.jsonl"));
        whenAsked<QFileDialog>([](QFileDialog& dialog) {
            QTest::keyClick(dialog.findChild<QComboBox*>("fileTypeCombo"), Qt::Key_Down);
            save(dialog);
        });
        QCOMPARE(askSaveFile(nullptr, "Save", m_folder.filePath("facts"), filters), m_folder.filePath("facts.json"));
        whenAsked<QFileDialog>([](QFileDialog& dialog) { save(dialog); });
        QCOMPARE(askSaveFile(nullptr, "Save", "mine.json", filters), m_folder.filePath("mine.json"));  // that folder
    }

    void aFileIsReplacedOnlyWhenItIsAgreed()
    {
        QFile there(m_folder.filePath("kept.jsonl"));
        QVERIFY(there.open(QIODevice::WriteOnly));
        QString question;
        whenAsked<QFileDialog>([&](QFileDialog& dialog) {
            whenAsked<QMessageBox>([&](QMessageBox& box) {
                question = box.text();
                box.button(QMessageBox::No)->click();
            });
            save(dialog);
            dialog.reject();
        });
        QCOMPARE(askSaveFile(nullptr, "Save", m_folder.filePath("kept"), filters), QString());
        QVERIFY2(question.contains("kept.jsonl"), qPrintable(question));
    }
};

QTEST_MAIN(TestSaveDialog)
#include "tst_save_dialog.moc"
