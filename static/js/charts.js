/* Two charts of the dashboard, also when they are loaded after it. Each reads its table from a JSON block; without script, or without
   the library, the table itself stands open. Chromium 86. */
(function () {
  "use strict";
  var INK = "#1d2329", INK_2 = "#59636e", LINE = "#dfe3e8";
  var COLOURS = ["#0b5c8a", "#6aa1c2", "#1a7f37", "#b06a00", "#7a4b8c", "#a9b3bd"];
  // So many categories have a colour of their own; the rest of a month is one part.
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

  function dark(table, size) {
    var cells = [], most = 1;
    var longest = 0;
    table.rows.forEach(function (row, y) {
      longest = Math.max(longest, row.name.length);
      row.values.forEach(function (n, x) {
        cells.push([x, y, n]);
        most = Math.max(most, n);
      });
    });
    return {
      // A Chinese character is as wide as it is high; measured by the library, long names are cut.
      grid: { left: longest * size + 16, right: 8, top: 8, bottom: size * 2 + 12 },
      xAxis: axis(table.months, size),
      yAxis: {
        type: "category", inverse: true,
        data: table.rows.map(function (row) { return row.name; }),
        axisLine: { show: false }, axisTick: { show: false },
        axisLabel: { color: INK, fontSize: size, interval: 0 }
      },
      visualMap: { show: false, min: 0, max: most, inRange: { color: ["#f4f5f7", "#9fc3da", "#0b5c8a"] } },
      series: [{
        type: "heatmap",
        data: cells.map(function (cell) {
          return {
            value: cell,
            label: { color: cell[2] > most * 0.6 ? "#ffffff" : INK }
          };
        }),
        label: {
          show: true, fontSize: size,
          formatter: function (cell) { return cell.value[2] || ""; }
        },
        itemStyle: { borderColor: "#ffffff", borderWidth: 1 }
      }]
    };
  }

  function draw(box) {
    var source = document.getElementById(box.dataset.source);
    var table = JSON.parse(source.textContent);
    box.hidden = false;
    var size = textSize(box);
    var option;
    if (box.dataset.chart === "stacked") {
      option = stacked(table, size, box.dataset);
    } else {
      box.style.height = (table.rows.length + 2) * (size + 12) + "px";
      option = dark(table, size);
    }
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
