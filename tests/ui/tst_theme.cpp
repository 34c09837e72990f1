// SPDX-License-Identifier: GPL-3.0-or-later
// What is off is seen in every theme.
#include <QTest>

#include "ui/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QRadioButton>
#include <QStyle>
#include <QStyleOptionButton>
#include <algorithm>
#include <cmath>

using namespace mnemo;

namespace {

/// Of WCAG 2: from 0 to 1.
double luminance(const QColor& colour)
{
    const auto linear = [](double part) {
        return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

/// The strongest contrast to the ground among the pixels of its mark.
double markContrast(QAbstractButton& button, QStyle::SubElement mark)
{
    button.resize(button.sizeHint());
    const QImage image = button.grab().toImage();
    QStyleOptionButton option;
    option.initFrom(&button);
    const QRect rect = button.style()->subElementRect(mark, &option, &button);
    double strongest = 1;
    for (int y = rect.top(); y <= rect.bottom(); ++y)
        for (int x = rect.left(); x <= rect.right(); ++x)
            strongest = std::max(strongest, contrast(image.pixelColor(x, y), button.palette().color(QPalette::Window)));
    return strongest;
}

}  // namespace

class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void marksThatAreOffAreSeen_data()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    void marksThatAreOffAreSeen()
    {
        QFETCH(bool, dark);
        applyTheme(dark ? Theme::Dark : Theme::Light);
        QRadioButton circle("one of them");
        QCheckBox box("one more");
        constexpr double least = 3;  // what WCAG asks of marks
        const double ofCircle = markContrast(circle, QStyle::SE_RadioButtonIndicator);
        const double ofBox = markContrast(box, QStyle::SE_CheckBoxIndicator);
        QVERIFY2(ofCircle >= least, qPrintable(QString::number(ofCircle)));
        QVERIFY2(ofBox >= least, qPrintable(QString::number(ofBox)));
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
