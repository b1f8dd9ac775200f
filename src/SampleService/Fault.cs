namespace SampleService;

/// <summary>What can be made to go wrong with a simulated service.</summary>
public enum Fault
{
    /// <summary>All is well.</summary>
    None,

    /// <summary>Three requests in five end in a 5xx, and as many calls of AI models in an error: far above 0.1 a second.</summary>
    Errors,

    /// <summary>Requests take seconds: the 95th percentile is above 1 s.</summary>
    Slow,

    /// <summary><c>/health</c> answers 503; metrics go on as before.</summary>
    Down,
}
