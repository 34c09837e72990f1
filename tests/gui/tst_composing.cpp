// SPDX-License-Identifier: GPL-3.0-or-later
// Several results on one page, in the real window: composed, exported, kept with the session, dropped again; and a
// session of many runs.
#include "tests/gui/window_fixture.h"

#include "core/io/session.h"
#include "ui/compose_dialog.h"
#include "ui/message_bar.h"
#include "ui/trace_tabs.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QTabWidget>
#include <QTimer>
#include <QTreeWidget>

using namespace mnemo;
using namespace mnemo::test;

class TestComposing : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;

    void traceAnother(const char* subject) const
    {
        typeFact(*m_window, QString(subject) + " is located in the city of", subject, "Louvre Museum");
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.subject == subject, patienceMs);
    }

    static ComposeDialog* composer(const MainWindow& window)
    {
        child<QAction>(window, "action_composeFigure")->trigger();
        return child<ComposeDialog>(window, "composeDialog");
    }

    static QTreeWidget* panels(const ComposeDialog& dialog) { return dialog.findChild<QTreeWidget*>("composePanels"); }

    /// Clicks Export and gives the file's name.
    void exportAs(const ComposeDialog& dialog, const QString& file) const
    {
        QTimer::singleShot(0, [&file] {
            auto* asked = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            asked->findChild<QLineEdit*>("fileNameEdit")->setText(file);
            QMetaObject::invokeMethod(asked, "accept");
        });
        dialog.findChild<QPushButton*>("exportComposed")->click();
        QVERIFY2(QFile::exists(file), qPrintable(message(*m_window)));
    }

private Q_SLOTS:
    void initTestCase()
    {
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        m_window = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
    }

    void twoTracesAreComposedAndExported()
    {
        traceAnother("Buckingham Palace");
        child<QAction>(*m_window, "action_pin")->trigger();
        traceAnother("Westminster Abbey");
        ComposeDialog* dialog = composer(*m_window);
        QTreeWidget* tree = panels(*dialog);
        QVERIFY(tree->topLevelItemCount() >= 2);
        QCOMPARE(dialog->figure().panels.size(), std::size_t(1));  // what is in front
        QVERIFY(dialog->figure().panels[0].result == m_window->traces().current()->result);
        for (int row = 0; row < tree->topLevelItemCount(); ++row)
            tree->topLevelItem(row)->setCheckState(0, Qt::Checked);
        const ComposedFigure figure = dialog->figure();
        QCOMPARE(int(figure.panels.size()), tree->topLevelItemCount());
        dialog->findChild<QPushButton*>("copyComposed")->click();
        QVERIFY(QApplication::clipboard()->mimeData()->hasImage());
        QVERIFY(QApplication::clipboard()->mimeData()->data("image/svg+xml").contains(">(b)<"));
        exportAs(*dialog, m_fixture.path("two.png"));
        QCOMPARE(experimentsInFile(m_fixture.path("two.png")).size(), figure.panels.size());
    }

    void theSessionOpensWithTheFigure()
    {
        const QString file = m_fixture.path("composed.mnemo");
        QVERIFY2(m_window->saveSession(file), qPrintable(message(*m_window)));
        const auto other = m_fixture.open();
        QVERIFY(other->openSession(file));
        const ComposedFigure figure = composer(*other)->figure();
        QCOMPARE(figure.panels.size(), experimentsInFile(m_fixture.path("two.png")).size());
        const auto subjects = [](const ComposedFigure& of) {
            QStringList all;
            for (const FigurePanel& panel : of.panels)
                all << QString::fromStdString(panel.result->parameters.at("subject").get<std::string>());
            return all;
        };
        QVERIFY2(subjects(figure).endsWith("Westminster Abbey") && subjects(figure).contains("Buckingham Palace"),
                 qPrintable(subjects(figure).join(", ")));
    }

    /// The first panel is asked at once, another one with its button.
    void aDroppedFigureAsksForItsPanels()
    {
        const std::vector<FigureContent> shown = experimentsInFile(m_fixture.path("two.png"));
        const auto subjectOf = [&](std::size_t panel) {
            return QString::fromStdString(shown.at(panel).experiment.parameters.at("subject").get<std::string>());
        };
        traceAnother(subjectOf(0) == "Buckingham Palace" ? "Westminster Abbey" : "Buckingham Palace");
        drop(*m_window, m_fixture.path("two.png"));
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.subject == subjectOf(0), patienceMs);
        QVERIFY2(message(*m_window).contains("panels; this is (a)"), qPrintable(message(*m_window)));
        const std::size_t last = shown.size() - 1;
        child<MessageBar>(*m_window, "messageBar")
            ->findChild<QPushButton*>(QStringLiteral("message_figurePanel:%1").arg(last))
            ->click();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.subject == subjectOf(last),
                                 patienceMs);
        QVERIFY(message(*m_window).contains(QStringLiteral("this is %1").arg(panelLetter(last))));
    }

    /// Each tab shows its own numbers when it comes to the front, and only then.
    void aHundredRunsAreShownAsTheyAreLookedAt()
    {
        const Result trace = *m_window->traces().current()->result;
        Session session;
        constexpr int runs = 100;
        for (int run = 0; run < runs; ++run) {
            Result one = trace;
            for (ArrayPtr& array : one.arrays) {
                Array own = *array;
                own.values.front() = run / 1000.0;
                array = std::make_shared<const Array>(std::move(own));
            }
            session.results.push_back(std::make_shared<const Result>(std::move(one)));
        }
        const QString file = m_fixture.path("hundred.mnemo");
        writeSession(session, file.toStdString());
        const auto other = m_fixture.open();
        QVERIFY(other->openSession(file));
        QCOMPARE(other->traces().all().size(), std::size_t(runs));
        auto* tabs = child<TraceTabs>(*other, "traceTabs")->findChild<QTabWidget*>();
        QCOMPARE(tabs->count(), runs);
        QCOMPARE(tabs->currentIndex(), runs - 1);
        const auto first = [&] { return map(*other, "h")->array()->values.front(); };
        const auto kept = [&](int run) { return session.results[std::size_t(run)]->find("h.p")->values.front(); };
        QVERIFY(map(*other, "h")->isVisible());
        QVERIFY(tabs->widget(0)->findChildren<Heatmap*>().isEmpty());  // nobody has looked yet
        auto* metric = child<QComboBox>(*other, "metricCombo");
        metric->setCurrentIndex(metric->findData("p"));  // as the file has it
        for (const int run : {0, 57, runs - 1}) {
            tabs->setCurrentIndex(run);
            QVERIFY(map(*other, "h")->isVisible());
            QCOMPARE(first(), kept(run));
            QVERIFY(!tabs->tabText(run).isEmpty());
        }
        // What changes for all is seen in those behind others when they come.
        metric->setCurrentIndex(metric->findData("logp"));
        tabs->setCurrentIndex(57);
        QCOMPARE(map(*other, "h")->array()->unit, std::string("nats"));
    }
};

QTEST_MAIN(TestComposing)
#include "tst_composing.moc"
