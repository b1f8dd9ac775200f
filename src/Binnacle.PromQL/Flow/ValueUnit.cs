namespace Binnacle.PromQL.Flow;

/// <summary>What a value measures, as far as names and arithmetic tell.</summary>
public enum ValueUnit : byte
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>A plain number in the expression; it takes the unit of what it meets.</summary>
    Number,

    /// <summary>A span of time in seconds.</summary>
    Seconds,

    /// <summary>Seconds since 1970.</summary>
    Timestamp,

    /// <summary>An amount of memory, disk or traffic.</summary>
    Bytes,

    /// <summary>A number of things.</summary>
    Count,

    /// <summary>Something per second.</summary>
    PerSecond,

    /// <summary>A share of a whole, where 1 is all of it.</summary>
    Ratio,

    /// <summary>A share of a whole, where 100 is all of it.</summary>
    Percent,

    /// <summary>0 or 1.</summary>
    Bool,
}
