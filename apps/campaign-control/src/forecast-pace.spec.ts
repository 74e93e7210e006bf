import { ForecastPace } from './forecast-pace';

describe('the pace of forecasts', () => {
  it('begins with a forecast, and has one every two seconds', () => {
    const pace = new ForecastPace();
    expect(pace.isDue(10_000)).toBe(true);
    pace.took(10_000, 30);
    expect([pace.isDue(11_999), pace.isDue(12_000)]).toEqual([false, true]);
  });

  it('leaves nineteen parts of twenty to everything else where a forecast takes long', () => {
    const pace = new ForecastPace();
    pace.took(10_000, 400);
    expect([pace.isDue(17_599), pace.isDue(17_600)]).toEqual([false, true]);
  });
});
