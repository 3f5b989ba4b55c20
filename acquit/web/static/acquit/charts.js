/* Charts over the tables that the page holds: figures from JSON, colours from the style sheet, words from the server. */
(() => {
  const probe = document.createElement("i");
  const colour = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const font = getComputedStyle(document.documentElement).getPropertyValue("--tblr-body-font-family") || "Inter, system-ui, sans-serif";
  const short = new Intl.NumberFormat(document.documentElement.lang || "fr", { maximumFractionDigits: 1 });

  const looks = {
    promised: () => ({ type: "bar", stack: "cash", barMaxWidth: 30, itemStyle: { color: colour("--acq-accent") } }),
    expected: () => ({ type: "bar", stack: "cash", barMaxWidth: 30, itemStyle: { color: colour("--acq-age-0"), borderRadius: [3, 3, 0, 0] } }),
    cautious: (width) => ({ type: "scatter", symbol: "rect", symbolSize: [Math.max(10, Math.min(38, width / 16)), 2], itemStyle: { color: colour("--acq-ink") } }),
    measured: () => ({ type: "line", symbol: "none", lineStyle: { width: 2 }, color: colour("--acq-accent") }),
    best: () => ({ type: "line", symbol: "none", lineStyle: { width: 1.5, type: [4, 3] }, color: colour("--acq-line-strong") }),
  };

  function axis() {
    return {
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colour("--acq-line") } },
      axisLabel: { color: colour("--acq-ink-3"), fontSize: 11, fontFamily: font },
      splitLine: { lineStyle: { color: colour("--acq-line-2") } },
    };
  }

  function scale(data) {
    if (!data.thousands) return (value) => short.format(value);
    const most = Math.max(0, ...data.series.flatMap((one) => one.values));
    const [by, letter] = most >= 5e6 ? [1e6, "M"] : most >= 5e3 ? [1e3, "k"] : [1, ""];
    return (value) => (value ? `${short.format(value / by)} ${letter}${data.unit}` : "0");
  }

  function series(one, place, data, kind, width) {
    const drawn = { ...looks[one.look](width), name: one.name, data: one.values };
    if (kind === "line") {
      const last = one.said[one.said.length - 1] || "";
      drawn.endLabel = { show: true, formatter: last, color: colour(place ? "--acq-ink-3" : "--acq-accent"), fontSize: 12, fontWeight: place ? 400 : 600 };
    }
    return drawn;
  }

  function option(data, kind, width) {
    const write = scale(data);
    const rules = axis();
    return {
      animation: false,
      textStyle: { fontFamily: font },
      grid: kind === "line" ? { left: 28, right: 54, top: 34, bottom: 22 } : { left: 56, right: 4, top: width < 480 ? 64 : 38, bottom: 24 },
      legend: { left: 0, top: 0, itemWidth: kind === "line" ? 12 : 10, itemHeight: kind === "line" ? 3 : 10, itemGap: 14, icon: kind === "line" ? "rect" : "roundRect", selectedMode: false, textStyle: { color: colour("--acq-ink-2"), fontSize: 12 } },
      tooltip: {
        trigger: "axis", renderMode: "richText", confine: true,
        backgroundColor: colour("--acq-surface"), borderColor: colour("--acq-line"), textStyle: { color: colour("--acq-ink"), fontSize: 12 },
        formatter: (points) => [points[0].axisValueLabel, ...points.map((point) => `${point.seriesName} : ${data.series[point.seriesIndex].said[point.dataIndex]}`)].join("\n"),
      },
      xAxis: { type: "category", boundaryGap: kind !== "line", data: data.labels, ...rules, axisLabel: { ...rules.axisLabel, hideOverlap: true } },
      yAxis: { type: "value", scale: kind === "line", splitNumber: 4, ...rules, axisLine: { show: false }, axisLabel: { ...rules.axisLabel, formatter: write } },
      series: data.series.map((one, place) => series(one, place, data, kind, width)),
    };
  }

  function draw(place) {
    const data = JSON.parse(document.getElementById(place.dataset.from).textContent);
    const chart = window.echarts.getInstanceByDom(place) || window.echarts.init(place, null, { renderer: "svg" });
    chart.resize();
    chart.setOption(option(data, place.dataset.chart, place.clientWidth), true);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const places = [...document.querySelectorAll("[data-chart]")];
    if (!window.echarts || !places.length) return;
    document.body.append(probe);
    const again = () => places.forEach(draw);
    again();
    for (const place of places) {
      const table = place.parentElement.querySelector(".acq-as-table");
      if (table) table.open = false;
      new ResizeObserver(() => draw(place)).observe(place);
    }
    new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
    window.addEventListener("beforeprint", () => document.querySelectorAll(".acq-as-table").forEach((one) => { one.open = true; }));
  });
})();
