namespace LocalCluster.Cel;

/// <summary>Durations and timestamps; times are told in UTC.</summary>
internal static class TimeFunctions
{
    private static readonly DateTimeOffset Epoch = DateTimeOffset.UnixEpoch;

    /// <summary>Adds the functions.</summary>
    public static void AddTo(CelLibrary library)
    {
        var (d, t) = (CelType.Duration, CelType.Timestamp);
        library.Function<CelDuration>("duration", d, d, a => a);
        library.Function<CelString>(
            "duration",
            CelType.String,
            d,
            a =>
                CelTime.ParseDuration(a.Value) is { } value
                    ? value
                    : new CelError($"time: invalid duration {Schema.FieldError.Quote(a.Value)}")
        );
        library.Function<CelTimestamp>("timestamp", t, t, a => a);
        library.Function<CelString>(
            "timestamp",
            CelType.String,
            t,
            a =>
                CelTime.ParseTimestamp(a.Value) is { } value && a.Value.Length > 10
                    ? value
                    : new CelError($"invalid timestamp {Schema.FieldError.Quote(a.Value)}")
        );
        library.Function<CelInt>("timestamp", CelType.Int, t, a => Of(Epoch, (Int128)a.Value * 1_000_000_000));
        library.Function<CelDuration, CelDuration>(
            "_+_",
            d,
            d,
            d,
            (a, b) => new CelDuration(a.Nanoseconds + b.Nanoseconds)
        );
        library.Function<CelDuration, CelDuration>(
            "_-_",
            d,
            d,
            d,
            (a, b) => new CelDuration(a.Nanoseconds - b.Nanoseconds)
        );
        library.Function<CelTimestamp, CelDuration>("_+_", t, d, t, (a, b) => Of(a.Value, b.Nanoseconds));
        library.Function<CelDuration, CelTimestamp>("_+_", d, t, t, (a, b) => Of(b.Value, a.Nanoseconds));
        library.Function<CelTimestamp, CelDuration>("_-_", t, d, t, (a, b) => Of(a.Value, -b.Nanoseconds));
        library.Function<CelTimestamp, CelTimestamp>(
            "_-_",
            t,
            t,
            d,
            (a, b) => new CelDuration((Int128)(a.Value - b.Value).Ticks * 100)
        );
        library.Function<CelDuration>("-_", d, d, a => new CelDuration(-a.Nanoseconds));

        Field(library, "getFullYear", time => time.Year);
        Field(library, "getMonth", time => time.Month - 1);
        Field(library, "getDate", time => time.Day);
        Field(library, "getDayOfMonth", time => time.Day - 1);
        Field(library, "getDayOfWeek", time => (int)time.DayOfWeek);
        Field(library, "getDayOfYear", time => time.DayOfYear - 1);
        Field(library, "getHours", time => time.Hour);
        Field(library, "getMinutes", time => time.Minute);
        Field(library, "getSeconds", time => time.Second);
        Field(library, "getMilliseconds", time => time.Millisecond);
        Unit(library, "getHours", 3_600_000_000_000);
        Unit(library, "getMinutes", 60_000_000_000);
        Unit(library, "getSeconds", 1_000_000_000);
        library.Member<CelDuration>(
            "getMilliseconds",
            d,
            CelType.Int,
            a => CelValue.Of((long)(a.Nanoseconds / 1_000_000 % 1000))
        );
    }

    private static void Field(CelLibrary library, string name, Func<DateTime, int> field) =>
        library.Member<CelTimestamp>(
            name,
            CelType.Timestamp,
            CelType.Int,
            a => CelValue.Of((long)field(a.Value.UtcDateTime))
        );

    private static void Unit(CelLibrary library, string name, long nanoseconds) =>
        library.Member<CelDuration>(
            name,
            CelType.Duration,
            CelType.Int,
            a => CelValue.Of((long)(a.Nanoseconds / nanoseconds))
        );

    private static CelValue Of(DateTimeOffset time, Int128 nanoseconds)
    {
        try
        {
            return new CelTimestamp(time.AddTicks((long)(nanoseconds / 100)));
        }
        catch (ArgumentOutOfRangeException)
        {
            return new CelError("timestamp overflow");
        }
    }
}
