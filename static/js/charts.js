/* The chart of the dashboard, also if the chart is loaded after this script. Reads its table from a JSON block; without script
   or the library, the table itself is shown. Chromium 86. */
(function () {
  "use strict";
  var INK = "#1d2329", INK_2 = "#59636e", LINE = "#dfe3e8";
  var COLOURS = ["#0b5c8a", "#6aa1c2", "#1a7f37", "#b06a00", "#7a4b8c", "#a9b3bd"];
  // Number of categories with a separate colour; the rest of a month is one part.
  var APART = 5;

  function sum(values) {
    return values.reduce(function (all, n) { return all + n; }, 0);
  }

  function textSize(box) {
    return parseFloat(window.getComputedStyle(box).fontSize) - 2;
  }

  function axis(months, size) {
    return {
      type: "category", data: months.map(function (month) { return month.slice(2); }),
      axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false },
      axisLabel: { color: INK_2, fontSize: size }
    };
  }

  function stacked(table, size, words) {
    var most = table.rows.slice().sort(function (a, b) { return sum(b.values) - sum(a.values); });
    var apart = most.slice(0, APART);
    var rest = most.slice(APART);
    var parts = table.rows.filter(function (row) { return apart.indexOf(row) >= 0; });
    if (rest.length) {
      parts.push({
        name: words.others,
        values: table.months.map(function (_month, at) {
          return sum(rest.map(function (row) { return row.values[at]; }));
        })
      });
    }
    return {
      color: COLOURS,
      legend: { bottom: 0, textStyle: { color: INK, fontSize: size }, icon: "rect" },
      grid: { left: 44, right: 12, top: 16, bottom: size * 5 },
      xAxis: axis(table.months, size),
      yAxis: {
        type: "value", minInterval: 1, splitLine: { lineStyle: { color: LINE } },
        axisLabel: { color: INK_2, fontSize: size }
      },
      series: parts.map(function (part) {
        return { name: part.name, type: "bar", stack: "all", barMaxWidth: 40, data: part.values };
      })
    };
  }

  function draw(box) {
    var source = document.getElementById(box.dataset.source);
    var table = JSON.parse(source.textContent);
    box.hidden = false;
    var size = textSize(box);
    var option = stacked(table, size, box.dataset);
    option.animation = false;
    option.textStyle = { fontFamily: window.getComputedStyle(box).fontFamily };
    option.tooltip = { renderMode: "richText", confine: true };
    var chart = window.echarts.init(box);
    chart.setOption(option);
    window.addEventListener("resize", function () { chart.resize(); });
    var fold = box.parentNode.querySelector("[data-chart-table]");
    if (fold) { fold.open = false; }
  }

  function drawIn(place) {
    place.querySelectorAll("[data-chart][hidden]").forEach(draw);
  }

  if (window.echarts) {
    drawIn(document);
    document.body.addEventListener("htmx:load", function (event) { drawIn(event.detail.elt); });
  }
})();
